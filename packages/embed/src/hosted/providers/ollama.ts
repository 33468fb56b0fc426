import type { EmbeddingApi } from "../embedding-api.js";
import type { OllamaOptions } from "../hosted-options.js";
import { inOrder, listAt } from "./answer-fields.js";
import { bearer } from "./bearer.js";
import { endpoint } from "./endpoint.js";
import { modelDimensions } from "./model-dimensions.js";

const known: Readonly<Record<string, number>> = {
  "nomic-embed-text": 768,
  "mxbai-embed-large": 1024,
  "all-minilm": 384,
  "bge-m3": 1024,
  "snowflake-arctic-embed": 1024,
  embeddinggemma: 768,
};

/** `POST /api/embed`: no limits of its own; small batches, since the model may run on a processor. */
export function ollamaApi(options: OllamaOptions): EmbeddingApi {
  const { model } = options;
  const { dimensions, shortened } = modelDimensions(known, options);
  return {
    provider: "ollama",
    model,
    variant: shortened === null ? [] : [`${shortened}`],
    url: endpoint(options.baseUrl ?? "http://127.0.0.1:11434", "api/embed"),
    headers: bearer(options.apiKey),
    dimensions,
    limits: { batchTexts: 32, batchTokens: 50_000, textTokens: 30_000 },
    body: (input) => ({ model, input, truncate: true, ...(shortened === null ? {} : { dimensions: shortened }) }),
    vectors: (json) => inOrder(listAt(json, "embeddings")),
  };
}
