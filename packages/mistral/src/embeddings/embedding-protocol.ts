import { count, defined, type EmbeddingProtocol, indexedVectors, record, requireRecord } from "@onehead/provider-http";
import type { Transport } from "../transport.js";

/** `POST /v1/embeddings`. The server counts tokens, not texts; 128 of usual length fit. */
export function embeddingProtocol(model: string, transport: Transport): EmbeddingProtocol {
  return {
    maxTexts: 128,
    send: (call, { texts, dimensions, headers }) =>
      transport.json(call, "/v1/embeddings", defined({ model, input: texts, output_dimension: dimensions }), headers),
    read: (json) => {
      const answer = requireRecord("embeddings", json);
      const inputTokens = count(record(answer["usage"])["prompt_tokens"]) || undefined;
      return { vectors: indexedVectors(answer), inputTokens };
    },
  };
}
