import { type EmbeddingModel, type EmbeddingResult, invalidArgument, ProviderResponseError } from "@onehead/provider";
import { Call, type CallLimits, count, record, requireList, requireRecord } from "@onehead/provider-http";
import type { Transport } from "../transport.js";

const maxTexts = 100;
const taskTypes = { query: "RETRIEVAL_QUERY", document: "RETRIEVAL_DOCUMENT" };

/** A model behind `POST models/MODEL:batchEmbedContents`. */
export function googleEmbeddingModel(
  provider: string,
  model: string,
  transport: Transport,
  limits: CallLimits,
): EmbeddingModel {
  return {
    specification: "onehead-embedding-1",
    provider,
    model,
    maxTexts,
    async embed({ texts, dimensions, purpose, headers, ...options }) {
      if (texts.length === 0) return { embeddings: [], inputTokens: 0 };
      if (texts.length > maxTexts)
        throw invalidArgument(`${provider}: embed: texts`, texts.length, `at most ${maxTexts}`);
      const taskType = purpose === undefined ? undefined : taskTypes[purpose];
      const call = new Call({ provider, model, host: transport.host }, options, limits);
      try {
        const body = { texts, taskType, outputDimensionality: dimensions };
        return readEmbeddings(await transport.embed(call, model, body, headers), texts.length);
      } catch (error) {
        throw call.errorOf(error);
      } finally {
        call.end();
      }
    },
  };
}

/** Vectors come in the order of the texts. @throws ProviderResponseError */
function readEmbeddings(json: unknown, expected: number): EmbeddingResult {
  const answer = requireRecord("embeddings", json);
  const entries = requireList("embeddings: embeddings", answer["embeddings"]);
  if (entries.length !== expected) {
    throw new ProviderResponseError(`embeddings: embeddings: ${entries.length} vectors, expected ${expected}`);
  }
  const embeddings = entries.map((entry, i) => {
    const values = requireList(`embeddings: embeddings[${i}].values`, record(entry)["values"]);
    if (values.length > 0 && values.every(Number.isFinite)) return Float32Array.from(values as number[]);
    throw new ProviderResponseError(`embeddings: embeddings[${i}].values: no numbers, expected some`);
  });
  return { embeddings, inputTokens: count(record(answer["usageMetadata"])["promptTokenCount"]) };
}
