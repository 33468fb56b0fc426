import { OneheadError } from "@onehead/core";
import { assertNotAborted } from "../assert-not-aborted.js";
import type { Embedder, EmbedderOrigin } from "../embedder.js";
import { cutText } from "../text/cut-text.js";
import { planBatches } from "./batches/plan-batches.js";
import { HostedClient } from "./hosted-client.js";
import type { HostedEmbedderOptions } from "./hosted-options.js";
import { LruCache } from "./lru-cache.js";

/** An embedder that sends texts to a host: who uses it must say so before. */
export interface HostedEmbedder extends Embedder {
  readonly origin: EmbedderOrigin;
  /** Host that texts are sent to, with its port where that is not the scheme's own. */
  readonly host: string;
}

/**
 * An embedder over a provider's HTTP interface, by `fetch` alone: it runs on servers, edge runtimes and in browsers.
 *
 * Texts are cut to what the model reads, blank ones have a vector of zeros and are not sent, equal ones are sent once.
 * Batches keep the provider's limits; some run at once; each is tried again after failures that may go away. When one fails
 * for good the others are stopped, and what did arrive is in the cache.
 *
 * @throws OneheadError "invalid-argument" naming the option that is missing or wrong
 */
export function hostedEmbedder(options: HostedEmbedderOptions): HostedEmbedder {
  const client = new HostedClient(options);
  const { provider, model, variant, url, limits, dimensions } = client.api;
  if (dimensions === null) {
    throw new OneheadError(
      "invalid-argument",
      `hostedEmbedder: dimensions: unknown for ${provider} model ${model}, expected a number (measureDimensions asks the model)`,
    );
  }
  const cut = options.textTokens === undefined ? [] : [`first-${options.textTokens}-tokens`];
  const cache = new LruCache<Float32Array>(client.cacheEntries);
  const batchLimits = {
    texts: options.batchTexts ?? limits.batchTexts,
    tokens: options.batchTokens ?? limits.batchTokens,
  };
  const prepare = (text: string): string =>
    // JSON can carry a lone surrogate, few servers can read one
    cutText(text, options.textTokens ?? limits.textTokens).replace(/\p{Surrogate}/gu, "\ufffd");

  return {
    id: [`${provider}:${model}`, ...variant, ...cut].join("/"),
    dimensions,
    origin: { provider, model },
    host: url.host,
    async embed(texts, { signal } = {}) {
      assertNotAborted("embed", signal);
      if (!Array.isArray(texts)) {
        throw new OneheadError("invalid-argument", `embed: texts: ${typeof texts}, expected a list of texts`);
      }
      const wrong = texts.findIndex((text) => typeof text !== "string");
      if (wrong >= 0) {
        throw new OneheadError("invalid-argument", `embed: texts[${wrong}]: ${typeof texts[wrong]}, expected text`);
      }
      const out = new Float32Array(texts.length * dimensions);
      const missing = new Map<string, number[]>();
      for (const [row, text] of texts.entries()) {
        const prepared = prepare(text);
        if (prepared.trim() === "") continue;
        const kept = cache.get(prepared);
        if (kept !== undefined) out.set(kept, row * dimensions);
        else if (!missing.get(prepared)?.push(row)) missing.set(prepared, [row]);
      }
      await eachUntilFailure(planBatches([...missing.keys()], batchLimits), signal, async (batch, stop) => {
        const vectors = await client.request(batch, dimensions, stop);
        for (const [i, text] of batch.entries()) {
          cache.set(text, vectors[i]);
          for (const row of missing.get(text) ?? []) out.set(vectors[i], row * dimensions);
        }
      });
      return out;
    },
  };
}

/** Runs all tasks; the first that fails stops the others, and its error is thrown once all have ended. */
async function eachUntilFailure<T>(
  items: readonly T[],
  signal: AbortSignal | undefined,
  task: (item: T, stop: AbortSignal) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  const stop = (): void => controller.abort(signal?.reason);
  signal?.addEventListener("abort", stop, { once: true });
  const failures: unknown[] = [];
  await Promise.all(
    items.map((item) =>
      task(item, controller.signal).catch((error: unknown) => {
        failures.push(error);
        controller.abort();
      }),
    ),
  );
  signal?.removeEventListener("abort", stop);
  if (failures.length > 0) throw failures[0];
}
