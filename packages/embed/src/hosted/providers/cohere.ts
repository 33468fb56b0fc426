import type { EmbeddingApi } from "../embedding-api.js";
import type { CohereOptions } from "../hosted-options.js";
import { inOrder, listAt } from "./answer-fields.js";
import { bearer } from "./bearer.js";
import { endpoint } from "./endpoint.js";
import { modelDimensions } from "./model-dimensions.js";

const known: Readonly<Record<string, number>> = {
  "embed-v4.0": 1536,
  "embed-english-v3.0": 1024,
  "embed-multilingual-v3.0": 1024,
  "embed-english-light-v3.0": 384,
  "embed-multilingual-light-v3.0": 384,
};

/** `POST /v2/embed`: at most 96 texts a request; a text that is too long is cut at its end by the provider too. */
export function cohereApi(options: CohereOptions): EmbeddingApi {
  const { model, inputType = "classification" } = options;
  const { dimensions, shortened } = modelDimensions(known, options);
  return {
    provider: "cohere",
    model,
    variant: [inputType, ...(shortened === null ? [] : [`${shortened}`])],
    url: endpoint(options.baseUrl ?? "https://api.cohere.com", "v2/embed"),
    headers: bearer(options.apiKey),
    dimensions,
    limits: { batchTexts: 96, batchTokens: 200_000, textTokens: 30_000 },
    body: (texts) => ({
      model,
      texts,
      input_type: inputType,
      embedding_types: ["float"],
      truncate: "END",
      ...(shortened === null ? {} : { output_dimension: shortened }),
    }),
    vectors: (json) => inOrder(listAt(json, "embeddings", "float")),
  };
}
