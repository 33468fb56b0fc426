import type { EmbeddingApi } from "../embedding-api.js";
import type { VoyageOptions } from "../hosted-options.js";
import { indexed, listAt } from "./answer-fields.js";
import { bearer } from "./bearer.js";
import { endpoint } from "./endpoint.js";
import { modelDimensions } from "./model-dimensions.js";

const known: Readonly<Record<string, number>> = {
  "voyage-4-large": 1024,
  "voyage-4": 1024,
  "voyage-4-lite": 1024,
  "voyage-3.5": 1024,
  "voyage-3.5-lite": 1024,
  "voyage-3-large": 1024,
  "voyage-code-3": 1024,
  "voyage-finance-2": 1024,
  "voyage-law-2": 1024,
};

/** `POST /v1/embeddings`: 128 texts and 120,000 tokens a request fit every model, 32,000 tokens a text. */
export function voyageApi(options: VoyageOptions): EmbeddingApi {
  const { model, inputType, encoding = "base64" } = options;
  const { dimensions, shortened } = modelDimensions(known, options);
  return {
    provider: "voyage",
    model,
    variant: [...(inputType === undefined ? [] : [inputType]), ...(shortened === null ? [] : [`${shortened}`])],
    url: endpoint(options.baseUrl ?? "https://api.voyageai.com/v1", "embeddings"),
    headers: bearer(options.apiKey),
    dimensions,
    limits: { batchTexts: 128, batchTokens: 90_000, textTokens: 24_000 },
    body: (input) => ({
      model,
      input,
      truncation: true,
      ...(encoding === "base64" ? { encoding_format: "base64" } : {}),
      ...(inputType === undefined ? {} : { input_type: inputType }),
      ...(shortened === null ? {} : { output_dimension: shortened }),
    }),
    vectors: (json) => indexed(listAt(json, "data")),
  };
}
