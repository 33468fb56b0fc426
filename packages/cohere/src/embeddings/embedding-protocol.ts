import { count, defined, type EmbeddingProtocol, record, requireList, requireRecord } from "@onehead/provider-http";
import type { Transport } from "../transport.js";

/** `POST /v2/embed`. */
export function embeddingProtocol(model: string, transport: Transport): EmbeddingProtocol {
  return {
    maxTexts: 96,
    send: (call, request) => {
      const body = defined({
        model,
        texts: request.texts,
        input_type: request.purpose === "query" ? "search_query" : "search_document",
        embedding_types: ["float"],
        output_dimension: request.dimensions,
      });
      return transport.json(call, "/v2/embed", body, request);
    },
    read: (json) => {
      const answer = requireRecord("embeddings", json);
      const vectors = requireList("embeddings: float", record(answer["embeddings"])["float"]);
      return { vectors, inputTokens: count(record(record(answer["meta"])["billed_units"])["input_tokens"]) };
    },
  };
}
