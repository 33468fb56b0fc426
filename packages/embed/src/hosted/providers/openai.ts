import type { EmbeddingApi } from "../embedding-api.js";
import type { OpenAiOptions } from "../hosted-options.js";
import { indexed, listAt } from "./answer-fields.js";
import { bearer } from "./bearer.js";
import { endpoint } from "./endpoint.js";
import { modelDimensions } from "./model-dimensions.js";

const known: Readonly<Record<string, number>> = {
  "text-embedding-3-small": 1536,
  "text-embedding-3-large": 3072,
  "text-embedding-ada-002": 1536,
};

/** `POST /embeddings`: at most 2,048 texts and 300,000 tokens a request, 8,192 tokens a text. */
export function openAiApi(options: OpenAiOptions): EmbeddingApi {
  const { model, encoding = "base64" } = options;
  const { dimensions, shortened } = modelDimensions(known, options);
  return {
    provider: "openai",
    model,
    variant: shortened === null ? [] : [`${shortened}`],
    url: endpoint(options.baseUrl ?? "https://api.openai.com/v1", "embeddings"),
    headers: bearer(options.apiKey),
    dimensions,
    // estimates are some 10 % off, and on text unlike any that they were fitted to more
    limits: { batchTexts: 256, batchTokens: 200_000, textTokens: 6000 },
    body: (input) => ({
      model,
      input,
      encoding_format: encoding,
      ...(shortened === null ? {} : { dimensions: shortened }),
    }),
    vectors: (json) => indexed(listAt(json, "data")),
  };
}
