import { OneheadError } from "@onehead/core";
import { type Limiter, limitConcurrency } from "./client/limit-concurrency.js";
import { postJson } from "./client/post-json.js";
import { createApi } from "./create-api.js";
import type { EmbeddingApi } from "./embedding-api.js";
import { EmbeddingRequestError } from "./embedding-request-error.js";
import type { HostedEmbedderOptions } from "./hosted-options.js";
import { orderVectors } from "./vectors/order-vectors.js";

/** Options with a number, the default and the least and greatest values that make sense. */
const numbers = {
  concurrency: [4, 1, 256],
  timeoutMs: [60_000, 1, 3_600_000],
  retries: [4, 0, 100],
  backOffMs: [500, 0, 3_600_000],
  longestWaitMs: [60_000, 0, 3_600_000],
  batchTexts: [undefined, 1, 100_000],
  batchTokens: [undefined, 1, 100_000_000],
  textTokens: [undefined, 1, 100_000_000],
  dimensions: [undefined, 1, 65_536],
  cacheEntries: [1024, 0, 100_000_000],
} as const;

/** Asks a provider for the vectors of one batch at a time. */
export class HostedClient {
  readonly api: EmbeddingApi;
  readonly cacheEntries: number;
  readonly #options: HostedEmbedderOptions;
  readonly #headers: Headers;
  readonly #limit: Limiter;

  /** @throws OneheadError "invalid-argument" naming the option that is wrong */
  constructor(options: HostedEmbedderOptions) {
    if (typeof options !== "object" || options === null) {
      throw new OneheadError("invalid-argument", `hostedEmbedder: options: ${String(options)}, expected an object`);
    }
    // null would be sent as the word
    if (options.apiKey !== undefined && typeof options.apiKey !== "string") {
      throw new OneheadError("invalid-argument", `hostedEmbedder: apiKey: ${typeof options.apiKey}, expected text`);
    }
    for (const name of Object.keys(numbers) as Array<keyof typeof numbers>) assertNumber(name, options[name]);
    this.#options = options;
    this.api = createApi(options);
    this.#headers = createHeaders(options.headers ?? {}, this.api.headers);
    this.cacheEntries = options.cacheEntries ?? numbers.cacheEntries[0];
    this.#limit = limitConcurrency(options.concurrency ?? numbers.concurrency[0]);
  }

  /**
   * Vectors of the texts of one request, in their order.
   *
   * @param dimensions X, or null to take what comes
   * @throws EmbeddingRequestError; OneheadError "aborted"
   */
  request(
    texts: readonly string[],
    dimensions: number | null,
    signal: AbortSignal | undefined,
  ): Promise<Float32Array[]> {
    return this.#limit(async () => {
      const { provider, url, body, vectors } = this.api;
      const { timeoutMs, retries, backOffMs, longestWaitMs } = this.#options;
      const { json, attempts } = await postJson({
        provider,
        url,
        headers: this.#headers,
        body: body(texts),
        timeoutMs: timeoutMs ?? numbers.timeoutMs[0],
        policy: {
          retries: retries ?? numbers.retries[0],
          backOffMs: backOffMs ?? numbers.backOffMs[0],
          longestWaitMs: longestWaitMs ?? numbers.longestWaitMs[0],
        },
        // called as a plain function: browsers refuse fetch with another receiver
        fetch: this.#options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
        signal,
      });
      const raw = vectors(json);
      const ordered = typeof raw === "string" ? raw : orderVectors(raw, texts.length, dimensions);
      if (typeof ordered !== "string") return ordered;
      throw new EmbeddingRequestError("response", ordered, { provider, host: url.host, status: 200, attempts });
    });
  }
}

/** @throws OneheadError "invalid-argument" naming the header: fetch's own error would quote its value */
function createHeaders(given: Readonly<Record<string, string>>, own: Readonly<Record<string, string>>): Headers {
  const headers = new Headers({ "content-type": "application/json", accept: "application/json" });
  for (const [name, value] of [...Object.entries(given), ...Object.entries(own)]) {
    try {
      headers.set(name, value);
    } catch {
      throw new OneheadError(
        "invalid-argument",
        `hostedEmbedder: headers: ${name.slice(0, 60)}: not a header's name and value`,
      );
    }
  }
  return headers;
}

function assertNumber(name: keyof typeof numbers, value: unknown): void {
  const [, least, most] = numbers[name];
  if (value === undefined || (Number.isInteger(value) && (value as number) >= least && (value as number) <= most))
    return;
  throw new OneheadError(
    "invalid-argument",
    `hostedEmbedder: ${name}: ${String(value)}, expected a whole number from ${least} to ${most}`,
  );
}
