import { type EmbeddingModel, type EmbeddingResult, invalidArgument, ProviderResponseError } from "@onehead/provider";
import { Call, type CallLimits, count, defined, requireList, requireRecord } from "@onehead/provider-http";
import type { Transport } from "../transport.js";

/** The server states no limit; more would keep a small machine busy beyond any deadline. */
const maxTexts = 512;

/** A model behind `POST /api/embed`. */
export function ollamaEmbeddingModel(
  provider: string,
  model: string,
  transport: Transport,
  limits: CallLimits,
  keepAlive: string | number | undefined,
): EmbeddingModel {
  if (typeof model !== "string" || model === "") throw invalidArgument(`${provider}: model`, model, "its name");
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
        const body = defined({ model, input: texts, dimensions, keep_alive: keepAlive });
        return readEmbeddings(await transport.json(call, "/api/embed", body, headers), texts.length);
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
  const vectors = requireList("embeddings: embeddings", answer["embeddings"]);
  if (vectors.length !== expected) {
    throw new ProviderResponseError(`embeddings: ${vectors.length} vectors, expected ${expected}`);
  }
  const embeddings = vectors.map((vector, i) => {
    const values = requireList(`embeddings: embeddings[${i}]`, vector);
    if (values.every(Number.isFinite)) return Float32Array.from(values as number[]);
    throw new ProviderResponseError(`embeddings: embeddings[${i}]: a value that is no number, expected numbers`);
  });
  return { embeddings, inputTokens: count(answer["prompt_eval_count"]) };
}
