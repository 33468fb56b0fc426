import { OneheadError } from "@onehead/core";
import { assertNotAborted } from "../assert-not-aborted.js";
import { cutText } from "../text/cut-text.js";
import { yieldToEvents } from "../yield-to-events.js";

export interface LocalModel {
  id: string;
  /** X. */
  dimensions: number;
  /** Texts that are embedded together. */
  batchTexts: number;
  /** Estimated tokens of a text that are read, its first ones. */
  textTokens: number;
  /** @returns (B, X), row-major or row by row */
  run(texts: string[]): Promise<Float32Array | readonly number[][]>;
}

/**
 * Vectors of texts by a model in this process, batch after batch; zeros for blank texts.
 *
 * @returns (R, X)
 * @throws OneheadError "response" when the model gives other dimensions or what is not finite, "aborted"
 */
export async function embedInBatches(
  model: LocalModel,
  texts: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const { id, dimensions: X, batchTexts } = model;
  const out = new Float32Array(texts.length * X);
  const rows = texts.flatMap((text, r) => (text.trim() === "" ? [] : [r]));
  for (let start = 0; start < rows.length; start += batchTexts) {
    await yieldToEvents();
    assertNotAborted("embed", signal);
    const batch = rows.slice(start, start + batchTexts);
    const vectors = await model.run(batch.map((r) => cutText(texts[r], model.textTokens)));
    const flat = vectors instanceof Float32Array ? vectors : Float32Array.from(vectors.flat());
    if (flat.length !== batch.length * X) {
      throw new OneheadError(
        "response",
        `embed: ${id}: ${flat.length} numbers for ${batch.length} texts, expected ${batch.length * X}`,
      );
    }
    if (!flat.every(Number.isFinite))
      throw new OneheadError("response", `embed: ${id}: not finite, expected finite numbers`);
    batch.forEach((r, i) => {
      out.set(flat.subarray(i * X, (i + 1) * X), r * X);
    });
  }
  return out;
}

/** Throws OneheadError "invalid-argument" unless `value` is a whole number from 1. */
export function assertCount(where: string, name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new OneheadError("invalid-argument", `${where}: ${name}: ${String(value)}, expected a whole number from 1`);
}
