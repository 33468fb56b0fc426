import { OneheadError } from "@onehead/core";
import type { EmbeddingApi } from "../embedding-api.js";
import type { WorkersAiOptions } from "../hosted-options.js";
import { inOrder, listAt } from "./answer-fields.js";
import { bearer } from "./bearer.js";
import { endpoint } from "./endpoint.js";

/** Length of the vectors, and tokens that the model reads. */
const known: Readonly<Record<string, { dimensions: number; tokens: number }>> = {
  "@cf/baai/bge-small-en-v1.5": { dimensions: 384, tokens: 512 },
  "@cf/baai/bge-base-en-v1.5": { dimensions: 768, tokens: 512 },
  "@cf/baai/bge-large-en-v1.5": { dimensions: 1024, tokens: 512 },
  "@cf/baai/bge-m3": { dimensions: 1024, tokens: 8192 },
  "@cf/google/embeddinggemma-300m": { dimensions: 768, tokens: 512 },
};

/** `POST /accounts/{account}/ai/run/{model}`: at most 100 texts a request. */
export function workersAiApi(options: WorkersAiOptions): EmbeddingApi {
  const { model, accountId } = options;
  const own = Object.hasOwn(known, model) ? known[model] : null;
  if (!/^@?[\w.-]+(\/[\w.-]+)*$/.test(model)) {
    throw new OneheadError("invalid-argument", "hostedEmbedder: model: not a name such as @cf/baai/bge-m3");
  }
  return {
    provider: "workers-ai",
    model,
    variant: [],
    url: endpoint(options.baseUrl ?? accountUrl(accountId), `ai/run/${model}`),
    headers: bearer(options.apiKey),
    dimensions: options.dimensions ?? own?.dimensions ?? null,
    // the model's tokens are not the estimate's: a fifth to spare
    limits: { batchTexts: 100, batchTokens: 100_000, textTokens: Math.floor(0.8 * (own?.tokens ?? 512)) },
    body: (text) => ({ text }),
    vectors: (json) => inOrder(listAt(json, "result", "data")),
  };
}

function accountUrl(accountId: string | undefined): string {
  if (accountId !== undefined && /^\w+$/.test(accountId)) {
    return `https://api.cloudflare.com/client/v4/accounts/${accountId}`;
  }
  throw new OneheadError(
    "invalid-argument",
    `hostedEmbedder: accountId: ${accountId === undefined ? "missing" : "not letters and digits"}, expected Cloudflare's account id, or a baseUrl`,
  );
}
