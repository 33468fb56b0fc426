import { type EmbeddingModel, type EmbeddingResult, invalidArgument, ProviderResponseError } from "@onehead/provider";
import { Call, type CallLimits, count, defined, record, requireList, requireRecord } from "@onehead/provider-http";
import type { Transport } from "../transport.js";

const maxTexts = 2048;

/** A model behind `POST /embeddings`. */
export function openAIEmbeddingModel(
  provider: string,
  model: string,
  transport: Transport,
  limits: CallLimits,
): EmbeddingModel {
  if (!model) throw invalidArgument(`${provider}: model`, model, "its name");
  return {
    specification: "onehead-embedding-1",
    provider,
    model,
    maxTexts,
    async embed({ texts, dimensions, headers, ...options }) {
      if (texts.length === 0) return { embeddings: [], inputTokens: 0 };
      if (texts.length > maxTexts)
        throw invalidArgument(`${provider}: embed: texts`, texts.length, `at most ${maxTexts}`);
      const call = new Call({ provider, model, host: transport.host }, options, limits);
      try {
        const body = defined({ model, input: texts, dimensions, encoding_format: "float" });
        return readEmbeddings(await transport.json(call, "/embeddings", body, headers), texts.length);
      } catch (error) {
        throw call.errorOf(error);
      } finally {
        call.end();
      }
    },
  };
}

/** Vectors in the order of the texts: each says which it belongs to. @throws ProviderResponseError */
function readEmbeddings(json: unknown, expected: number): EmbeddingResult {
  const answer = requireRecord("embeddings", json);
  const data = requireList("embeddings: data", answer["data"]);
  const embeddings: Float32Array[] = [];
  for (const [i, entry] of data.entries()) {
    const { index = i, embedding } = record(entry);
    const values = requireList(`embeddings: data[${i}].embedding`, embedding);
    if (!values.every(Number.isFinite)) {
      throw new ProviderResponseError(`embeddings: data[${i}].embedding: a value that is no number, expected numbers`);
    }
    embeddings[index as number] = Float32Array.from(values as number[]);
  }
  const found = Object.keys(embeddings).length;
  if (data.length !== expected || found !== expected || embeddings.length !== expected) {
    throw new ProviderResponseError(`embeddings: data: ${found} vectors, expected ${expected}`);
  }
  return { embeddings, inputTokens: count(record(answer["usage"])["prompt_tokens"]) };
}
