import { count, defined, type EmbeddingProtocol, requireList, requireRecord } from "@onehead/provider-http";
import type { Transport } from "../transport.js";

/** `POST /api/embed`. The server states no limit; more than 512 texts would keep a small machine busy beyond any deadline. */
export function embeddingProtocol(
  model: string,
  transport: Transport,
  keepAlive: string | number | undefined,
): EmbeddingProtocol {
  return {
    maxTexts: 512,
    send: (call, { texts, dimensions, headers }) =>
      transport.json(call, "/api/embed", defined({ model, input: texts, dimensions, keep_alive: keepAlive }), headers),
    read: (json) => {
      const answer = requireRecord("embeddings", json);
      const vectors = requireList("embeddings: embeddings", answer["embeddings"]);
      return { vectors, inputTokens: count(answer["prompt_eval_count"]) };
    },
  };
}
