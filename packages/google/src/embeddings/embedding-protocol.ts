import { count, type EmbeddingProtocol, record, requireList, requireRecord } from "@onehead/provider-http";
import type { Transport } from "../transport.js";

const taskTypes = { query: "RETRIEVAL_QUERY", document: "RETRIEVAL_DOCUMENT" };

/** `POST models/MODEL:batchEmbedContents`. */
export function embeddingProtocol(model: string, transport: Transport): EmbeddingProtocol {
  return {
    maxTexts: 100,
    send: (call, { texts, dimensions, purpose, headers }) => {
      const taskType = purpose === undefined ? undefined : taskTypes[purpose];
      return transport.embed(call, model, { texts, taskType, outputDimensionality: dimensions }, headers);
    },
    read: (json) => {
      const answer = requireRecord("embeddings", json);
      const entries = requireList("embeddings: embeddings", answer["embeddings"]);
      const inputTokens = count(record(answer["usageMetadata"])["promptTokenCount"]);
      return { vectors: entries.map((entry) => record(entry)["values"]), inputTokens };
    },
  };
}
