import {
  type EmbeddingModel,
  type EmbeddingRequest,
  type EmbeddingResult,
  invalidArgument,
  ProviderResponseError,
} from "@onehead/provider";
import { Call, type CallLimits, type CallTarget } from "../call/call.js";
import { record, requireList, type Wire } from "../wire/fields.js";

/** What differs between providers in how texts are embedded. */
export interface EmbeddingProtocol {
  /** Most texts of one call. */
  maxTexts: number;
  send(call: Call, request: EmbeddingRequest): Promise<unknown>;
  /** @returns the vectors in the order of the texts, as they came. @throws ProviderResponseError when there are none */
  read(answer: unknown): { vectors: unknown[]; inputTokens: number | undefined };
}

/** An embedding model from the protocol of its provider: limits, deadlines and the checks of vectors are the same for all. */
export function defineEmbeddingModel(
  target: CallTarget,
  limits: CallLimits,
  { maxTexts, send, read }: EmbeddingProtocol,
): EmbeddingModel {
  const { provider, model } = target;
  if (typeof model !== "string" || model === "") throw invalidArgument(`${provider}: model`, model, "its name");
  return {
    specification: "onehead-embedding-1",
    provider,
    model,
    maxTexts,
    async embed(request) {
      const { length } = request.texts;
      if (length === 0) return { embeddings: [], inputTokens: 0 };
      if (length > maxTexts) throw invalidArgument(`${provider}: embed: texts`, length, `at most ${maxTexts}`);
      const call = new Call(target, request, limits);
      try {
        return toResult(read(await send(call, request)), length);
      } catch (error) {
        throw call.errorOf(error);
      } finally {
        call.end();
      }
    },
  };
}

function toResult({ vectors, inputTokens }: ReturnType<EmbeddingProtocol["read"]>, expected: number): EmbeddingResult {
  if (vectors.length !== expected) {
    throw new ProviderResponseError(`embeddings: ${vectors.length} vectors, expected ${expected}`);
  }
  const embeddings = vectors.map((vector, i) => {
    const values = requireList(`embeddings[${i}]`, vector);
    if (values.length > 0 && values.every(Number.isFinite)) return Float32Array.from(values as number[]);
    throw new ProviderResponseError(`embeddings[${i}]: a value that is no number, expected numbers`);
  });
  return { embeddings, inputTokens };
}

/** Vectors of `data`, where each entry says which text it belongs to: as OpenAI and Mistral give them. */
export function indexedVectors(answer: Wire): unknown[] {
  const data = requireList("embeddings: data", answer["data"]);
  const vectors: unknown[] = [];
  for (const [i, entry] of data.entries()) {
    const { index = i, embedding } = record(entry);
    vectors[index as number] = embedding;
  }
  // an index that comes twice leaves another one out
  const found = Object.keys(vectors).length;
  if (found === data.length && vectors.length === data.length) return vectors;
  throw new ProviderResponseError(
    `embeddings: data: ${found} vectors with an index of their own, expected ${data.length}`,
  );
}
