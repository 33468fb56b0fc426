import { type EmbeddingModel, type EmbeddingResult, invalidArgument, ProviderResponseError } from "@onehead/provider";
import { Call, type CallLimits, count, defined, record, requireList, requireRecord } from "@onehead/provider-http";
import type { Transport } from "../transport.js";

const maxTexts = 96;

/** A model behind `POST /v2/embed`. */
export function cohereEmbeddingModel(model: string, transport: Transport, limits: CallLimits): EmbeddingModel {
  if (typeof model !== "string" || model === "") throw invalidArgument("cohere: model", model, "its name");
  return {
    specification: "onehead-embedding-1",
    provider: "cohere",
    model,
    maxTexts,
    async embed({ texts, dimensions, purpose, ...options }) {
      if (texts.length === 0) return { embeddings: [], inputTokens: 0 };
      if (texts.length > maxTexts) throw invalidArgument("cohere: embed: texts", texts.length, `at most ${maxTexts}`);
      const call = new Call({ provider: "cohere", model, host: transport.host }, options, limits);
      try {
        const body = defined({
          model,
          texts,
          input_type: purpose === "query" ? "search_query" : "search_document",
          embedding_types: ["float"],
          output_dimension: dimensions,
        });
        return readEmbeddings(await transport.json(call, "/v2/embed", body, options), texts.length);
      } catch (error) {
        throw call.errorOf(error);
      } finally {
        call.end();
      }
    },
  };
}

/** Vectors in the order of the texts. @throws ProviderResponseError */
function readEmbeddings(json: unknown, expected: number): EmbeddingResult {
  const answer = requireRecord("embeddings", json);
  const vectors = requireList("embeddings: float", record(answer["embeddings"])["float"]);
  if (vectors.length !== expected) {
    throw new ProviderResponseError(`embeddings: ${vectors.length} vectors, expected ${expected}`);
  }
  const embeddings = vectors.map((vector, i) => {
    const values = requireList(`embeddings: float[${i}]`, vector);
    if (values.every(Number.isFinite)) return Float32Array.from(values as number[]);
    throw new ProviderResponseError(`embeddings: float[${i}]: a value that is no number, expected numbers`);
  });
  return { embeddings, inputTokens: count(record(record(answer["meta"])["billed_units"])["input_tokens"]) };
}
