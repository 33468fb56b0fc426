// The sentence encoder that the static word vectors were distilled from, with the vectors of a set's prompts kept on disk:
// embedding takes minutes a set, and every seed asks about the same prompts.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import v8 from "node:v8";
import { energeticEmbedder } from "@onehead/embed/energetic";
import { keep } from "./unit-store.mjs";

/** The encoder reads the first tokens of a prompt: its time grows faster than the text. */
const textTokens = 256;
const promptsPerSlice = 256;

/**
 * @param work   folder that keeps the vectors
 * @param texts  every text that the embedder will be asked about
 * @returns an `Embedder` of these texts
 */
export async function encoderOf(work, texts) {
  const encoder = await energeticEmbedder({ textTokens, batchTexts: 8 });
  const D = encoder.dimensions;
  const prompts = [...new Set(texts)];
  const hash = createHash("sha256").update(encoder.id).update(JSON.stringify(prompts)).digest("hex").slice(0, 16);
  const path = join(work, "encoder", `${hash}.bin`);
  if (!existsSync(path)) keep(path, v8.serialize(await encodeByLength(encoder, prompts)));
  const vectors = v8.deserialize(readFileSync(path));
  const rows = new Map(prompts.map((prompt, r) => [prompt, r]));
  return {
    id: encoder.id,
    dimensions: D,
    origin: encoder.origin,
    async embed(asked) {
      const out = new Float32Array(asked.length * D);
      for (const [i, text] of asked.entries()) {
        const row = rows.get(text);
        if (row === undefined) throw new Error(`encoder: text ${i} is none of those it was made for`);
        out.set(vectors.subarray(row * D, (row + 1) * D), i * D);
      }
      return out;
    },
  };
}

/** Texts of like length together, since a batch takes as long as its longest text. */
async function encodeByLength(encoder, prompts) {
  const D = encoder.dimensions;
  const vectors = new Float32Array(prompts.length * D);
  const order = [...prompts.keys()].sort((a, b) => prompts[a].length - prompts[b].length);
  for (let start = 0; start < order.length; start += promptsPerSlice) {
    const slice = order.slice(start, start + promptsPerSlice);
    const made = await encoder.embed(slice.map((r) => prompts[r]));
    for (const [i, r] of slice.entries()) vectors.set(made.subarray(i * D, (i + 1) * D), r * D);
  }
  return vectors;
}
