import type { Artifact } from "../../artifact/artifact.js";
import { syntheticArtifact } from "../../artifact/contract/synthetic-artifact.js";
import { networkModel } from "../../artifact/manifest.js";
import type { Preference } from "../../decision/reward.js";
import { tensorData } from "../../layers/attention-form.js";
import { createRandom } from "../../random/random.js";
import { Router } from "../../router/router.js";
import type { GpuScorer } from "../gpu-scorer.js";

// no width is a multiple of four, none of one form that of another
const sizes = { members: 3, keyWidth: 11, hiddenWidth: 13, anchors: 37, rank: 5, dimensions: 50 };

/** Artifacts and pools that take every way through the kernels, by name. */
export const scoredArtifacts: Readonly<Record<string, () => Artifact>> = {
  "low-rank": () => syntheticArtifact("low-rank", 1, sizes),
  models: () => syntheticArtifact("models", 2, sizes),
  "no kernel": () => without(syntheticArtifact("low-rank", 3), "kernel"),
  "no clusters": () => without(syntheticArtifact("models", 4), "clusters"),
  "no metric": () => without(syntheticArtifact("low-rank", 5), "metric"),
  "one candidate": () => withPool(syntheticArtifact("models", 6), ["beta"]),
  "no price": () => withPool(syntheticArtifact("low-rank", 6), ["delta"]),
  // an inherited candidate without its relative, and another order
  "a part": () => withPool(syntheticArtifact("models", 7), ["epsilon", "gamma"]),
  "probed low-rank": () => withProbed(syntheticArtifact("low-rank", 8, sizes)),
  "probed models": () => withProbed(syntheticArtifact("models", 9)),
};

export const preferences: readonly Preference[] = [
  ...[1e-300, 1e-4, 1e-3, 1e-2, 1, 1e300].map((lambdaUsd) => ({ reward: "linear", lambdaUsd }) as const),
  ...[1e-4, 1e-2, 1].map((lambdaUsd) => ({ reward: "exponential", lambdaUsd }) as const),
];

function withPool(artifact: Artifact, defaultPool: string[]): Artifact {
  return { ...artifact, manifest: { ...artifact.manifest, defaultPool } };
}

function without(artifact: Artifact, part: "kernel" | "clusters" | "metric"): Artifact {
  const model = structuredClone(networkModel(artifact.manifest));
  const kernel = model.kernel;
  // what new models are read off is as wide as it is with all parts
  const { newModels: _, ...manifest } = artifact.manifest;
  if (part === "metric" && kernel !== undefined) {
    // without one the anchors are as wide as the directions
    delete kernel.metric;
    const data = Float32Array.from({ length: model.anchors * kernel.directions }, (_, i) => Math.sin(i));
    const anchors = { shape: [model.anchors, kernel.directions], data };
    return { tensors: new Map([...artifact.tensors, ["kernel.anchors", anchors]]), manifest: { ...manifest, model } };
  }
  if (part !== "metric") delete model[part];
  return { ...artifact, manifest: { ...manifest, model } };
}

/** With one model that has seen prompts and one that has not; one more candidate is left out. */
function withProbed(artifact: Artifact): Artifact {
  const router = new Router(artifact, { models: ["beta", "gamma", "epsilon"] });
  const random = createRandom(4);
  const D = router.dimensions;
  const samples = Array.from({ length: 30 }, (_, i) => ({
    embedding: Float32Array.from({ length: D }, () => random.normal()),
    score: i % 2,
    inputTokens: 40,
    outputTokens: 20 + i,
  }));
  router.addModel({ id: "zeta", prices: { inputUsdPerMillionTokens: 3, outputUsdPerMillionTokens: 9 }, samples });
  router.addModel({ id: "eta", prices: { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 2 }, samples: [] });
  return router.toArtifact();
}

/** Rows as they come, and some that no GPU is to be trusted with: NaN, infinities, zeros, the huge and the tiny. */
export function rowsOf(D: number, R: number, seed = 1): { embeddings: Float32Array; tokens: Float64Array } {
  const random = createRandom(seed);
  const embeddings = Float32Array.from({ length: R * D }, () => random.normal());
  const tokens = Float64Array.from({ length: R }, () => Math.floor(2000 * random.uniform()));
  const spoil = (row: number, make: (at: number) => void): void => {
    if (row < R) make(row * D);
  };
  spoil(3, (at) => embeddings.fill(Number.NaN, at + 1, at + 2));
  spoil(5, (at) => embeddings.fill(0, at, at + D));
  spoil(6, (at) => embeddings.fill(Number.POSITIVE_INFINITY, at, at + 1));
  spoil(8, () => {
    tokens[8] = Number.NaN;
  });
  spoil(10, (at) => {
    for (let d = 0; d < D; d++) embeddings[at + d] *= 1e30;
  });
  spoil(12, (at) => {
    for (let d = 0; d < D; d++) embeddings[at + d] *= 1e-30;
  });
  return { embeddings, tokens };
}

/** Rows around the anchors of an artifact without a metric: where it knows them, and farther and farther away. */
export function rowsNearAnchors({ manifest, tensors }: Artifact, R: number): ReturnType<typeof rowsOf> {
  const { dimensions: D } = manifest.embedder;
  const random = createRandom(5);
  const [directions, anchors] = ["directions", "anchors"].map((name) => tensorData(tensors, `kernel.${name}`));
  const Q = directions.length / D;
  const embeddings = new Float32Array(R * D);
  for (let row = 0; row < R; row++) {
    const anchor = Math.floor((random.uniform() * anchors.length) / Q) * Q;
    for (let d = 0; d < D; d++) {
      let value = (0.1 * (row % 8) * random.normal()) / Math.sqrt(D);
      for (let q = 0; q < Q; q++) value += anchors[anchor + q] * directions[q * D + d];
      embeddings[row * D + d] = value;
    }
  }
  return { embeddings, tokens: new Float64Array(R).fill(100) };
}

/** How a scorer's choices compare to `Router.choose` of `jsBackend`, row by row. */
export interface Comparison {
  rows: number;
  gpuRows: number;
  closeRows: number;
  lost: string | null;
  /** Rows with another candidate: none, not even where rewards tie. */
  different: number;
  /** Largest errors of the chosen candidate's predictions, those of cost and reward in parts of what they are. */
  quality: number;
  cost: number;
  reward: number;
  /** Candidates that were chosen, −1 among them. */
  chosen: number[];
}

export async function compareToRouter(
  scorer: GpuScorer,
  router: Router,
  { embeddings, tokens }: ReturnType<typeof rowsOf>,
  preference: Preference,
): Promise<Comparison> {
  const D = router.dimensions;
  const rows = tokens.length;
  const choices = await scorer.score(embeddings, tokens, rows, { preference });
  const { gpuRows, closeRows, lost } = choices;
  const found: Comparison = {
    rows: choices.index.length,
    gpuRows,
    closeRows,
    lost,
    different: 0,
    quality: 0,
    cost: 0,
    reward: 0,
    chosen: [...new Set(choices.index)].sort((a, b) => a - b),
  };
  const own = { index: 0, predictedQuality: 0, predictedCostUsd: 0, reward: 0 };
  const larger = (error: number, value: number, expected: number, scale: number): number => {
    if (Object.is(value, expected)) return error;
    const off = Math.abs(value - expected) / scale;
    // a NaN on either side is as wrong as can be
    return Math.max(error, Number.isNaN(off) ? Number.POSITIVE_INFINITY : off);
  };
  for (let row = 0; row < rows; row++) {
    router.choose(embeddings.subarray(row * D, (row + 1) * D), tokens[row], preference, own);
    if (own.index !== choices.index[row]) found.different++;
    else {
      const { predictedQuality, predictedCostUsd, reward } = choices;
      found.quality = larger(found.quality, predictedQuality[row], Math.fround(own.predictedQuality), 1);
      found.cost = larger(found.cost, predictedCostUsd[row], own.predictedCostUsd, own.predictedCostUsd);
      found.reward = larger(found.reward, reward[row], own.reward, 1 + Math.abs(own.reward));
    }
  }
  return found;
}
