import { type EmbeddingRequest, invalidArgument } from "@onehead/provider";
import { count, defined, type EmbeddingProtocol, record, requireList, requireRecord } from "@onehead/provider-http";
import type { Transport } from "../transport/transport.js";

/** How one family of models is asked. */
interface Family {
  maxTexts: number;
  body(request: EmbeddingRequest): object;
  read(answer: Record<string, unknown>): ReturnType<EmbeddingProtocol["read"]>;
}

const titan: Family = {
  maxTexts: 1,
  body: ({ texts, dimensions }) => defined({ inputText: texts[0], dimensions }),
  read: (answer) => ({ vectors: [answer["embedding"]], inputTokens: count(answer["inputTextTokenCount"]) }),
};

const cohere: Family = {
  maxTexts: 96,
  body: ({ texts, dimensions, purpose }) =>
    defined({
      texts,
      input_type: purpose === "query" ? "search_query" : "search_document",
      embedding_types: ["float"],
      output_dimension: dimensions,
    }),
  read(answer) {
    const { embeddings } = answer;
    const vectors = Array.isArray(embeddings) ? embeddings : record(embeddings)["float"];
    return { vectors: requireList("embeddings", vectors), inputTokens: undefined };
  },
};

/** InvokeModel. @throws ProviderError "invalid-argument" for a family that is neither Titan nor Cohere */
export function embeddingProtocol(model: string, transport: Transport): EmbeddingProtocol {
  const family = /titan-embed-text/.test(model) ? titan : /cohere\.embed/.test(model) ? cohere : undefined;
  if (family === undefined) {
    throw invalidArgument("bedrock: embedding model", model, "one of amazon.titan-embed-text or cohere.embed");
  }
  return {
    maxTexts: family.maxTexts,
    send: (call, request) => transport.invoke(call, model, family.body(request), request.headers),
    read: (json) => family.read(requireRecord("embeddings", json)),
  };
}
