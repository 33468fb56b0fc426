import {
  type EmbeddingModel,
  type EmbeddingRequest,
  type EmbeddingResult,
  invalidArgument,
  ProviderResponseError,
} from "@onehead/provider";
import { Call, type CallLimits, count, defined, record, requireList, requireRecord } from "@onehead/provider-http";
import type { Transport } from "../transport/transport.js";

/** How one family of models is asked. */
interface Family {
  maxTexts: number;
  body(request: EmbeddingRequest): object;
  read(answer: Record<string, unknown>): { vectors: unknown[]; inputTokens: number | undefined };
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

/** A model behind InvokeModel. @throws ProviderError "invalid-argument" for a family that is neither Titan nor Cohere */
export function bedrockEmbeddingModel(model: string, transport: Transport, limits: CallLimits): EmbeddingModel {
  const family = /titan-embed-text/.test(model) ? titan : /cohere\.embed/.test(model) ? cohere : undefined;
  if (family === undefined) {
    throw invalidArgument("bedrock: embedding model", model, "one of amazon.titan-embed-text or cohere.embed");
  }
  const { maxTexts } = family;
  return {
    specification: "onehead-embedding-1",
    provider: "bedrock",
    model,
    maxTexts,
    async embed(request) {
      const { texts, headers } = request;
      if (texts.length === 0) return { embeddings: [], inputTokens: 0 };
      if (texts.length > maxTexts) throw invalidArgument("bedrock: embed: texts", texts.length, `at most ${maxTexts}`);
      const call = new Call({ provider: "bedrock", model, host: transport.host }, request, limits);
      try {
        const answer = await transport.invoke(call, model, family.body(request), headers);
        return readEmbeddings(family, answer, texts.length);
      } catch (error) {
        throw call.errorOf(error);
      } finally {
        call.end();
      }
    },
  };
}

function readEmbeddings(family: Family, json: unknown, expected: number): EmbeddingResult {
  const { vectors, inputTokens } = family.read(requireRecord("embeddings", json));
  if (vectors.length !== expected) {
    throw new ProviderResponseError(`embeddings: ${vectors.length} vectors, expected ${expected}`);
  }
  const embeddings = vectors.map((vector, i) => {
    const values = requireList(`embeddings[${i}]`, vector);
    if (values.every(Number.isFinite)) return Float32Array.from(values as number[]);
    throw new ProviderResponseError(`embeddings[${i}]: a value that is no number, expected numbers`);
  });
  return { embeddings, inputTokens };
}
