import { count, defined, type EmbeddingProtocol, indexedVectors, record, requireRecord } from "@onehead/provider-http";
import type { Transport } from "../transport.js";

/** `POST /embeddings`. */
export function embeddingProtocol(model: string, transport: Transport): EmbeddingProtocol {
  return {
    maxTexts: 2048,
    send: (call, { texts, dimensions, headers }) =>
      transport.json(
        call,
        "/embeddings",
        defined({ model, input: texts, dimensions, encoding_format: "float" }),
        headers,
      ),
    read: (json) => {
      const answer = requireRecord("embeddings", json);
      return { vectors: indexedVectors(answer), inputTokens: count(record(answer["usage"])["prompt_tokens"]) };
    },
  };
}
