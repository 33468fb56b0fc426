import { hashString } from "../../hash/hash-string.js";
import { createRandom } from "../../random/random.js";
import type { Artifact } from "../artifact.js";
import { type Candidate, formatVersionOf, type Manifest, type NetworkModel } from "../manifest.js";
import type { Tensor } from "../tensor.js";
import { expectedTensors } from "../tensor-layout.js";

/** Sizes small enough that a test can break an artifact at every byte. */
const smallSizes = { members: 2, keyWidth: 3, hiddenWidth: 4, anchors: 5, rank: 2, dimensions: 6 };

/** Measured: alpha and beta priced by tokens, gamma learnt in USD, delta without a price. Inherited: epsilon, from alpha. */
const syntheticCandidates: Candidate[] = [
  {
    id: "alpha",
    aliases: ["first"],
    provider: "one",
    profile: { kind: "measured", rows: 10 },
    costKind: "tokens",
    prices: { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 4, source: "made up", asOf: "2026-01-01" },
    capabilities: {
      contextTokens: 1000,
      maxOutputTokens: 200,
      tools: true,
      vision: true,
      jsonMode: true,
      regions: ["eu"],
    },
    smearing: 1.1,
  },
  {
    id: "beta",
    profile: { kind: "measured", rows: 9 },
    costKind: "tokens",
    prices: { inputUsdPerMillionTokens: 10, outputUsdPerMillionTokens: 40 },
    smearing: 1.2,
  },
  { id: "gamma", profile: { kind: "measured", rows: 8 }, costKind: "usd", smearing: 0.001 },
  { id: "delta", profile: { kind: "measured", rows: 7 }, costKind: "tokens", smearing: 1 },
  {
    id: "epsilon",
    profile: { kind: "inherited", from: "alpha", qualityLogitShift: 0.5, outputTokensFactor: 2, asOf: "2026-02-02" },
    costKind: "tokens",
    prices: { inputUsdPerMillionTokens: 2, outputUsdPerMillionTokens: 8 },
    smearing: 1.1,
  },
];

/** A valid artifact of random weights, the same for the same seed. */
export function syntheticArtifact(form: NetworkModel["form"] = "low-rank", seed = 0, sizes = smallSizes): Artifact {
  const { dimensions, ...model } = sizes;
  const anchors = Array.from({ length: sizes.anchors }, (_, j) => `p${j}`);
  const manifest: Manifest = {
    formatVersion: formatVersionOf(form),
    name: "synthetic",
    embedder: { id: "test/6", kind: "test", dimensions, config: { any: [1, null, "x"] } },
    model: {
      form,
      ...model,
      temperature: 2,
      kernel: { sharpness: 2, directions: 4, metric: 3, weight: 0.25, near: 0.5, far: 1.5 },
      clusters: { sizes: [3, 2], weight: 0.4 },
    },
    candidates: structuredClone(syntheticCandidates),
    newModels: {
      components: 2,
      level: { mean: 0.2, slope: 0.3, reach: 2, deviation: 0.8 },
      loadings: { mean: [0.6, 0.1], deviation: [0.3, 0.4] },
      noise: 0.2,
      typical: { inputTokens: 60, outputTokens: 20, meanLogUsd: -9 },
      cost: { shiftDeviation: 0.5, noise: 0.6 },
    },
    calibration: { temperature: 1.5, bias: -0.1 },
    dial: { minLambdaUsd: 0.0001, maxLambdaUsd: 10 },
    anchors: {
      ids: anchors,
      datasets: anchors.map((_, j) => (j % 3 === 0 ? "x" : j % 3 === 1 ? "y" : "")),
      excerpts: anchors.map((id) => `text of ${id}`),
    },
    training: {
      dataHash: "abcdef01",
      rows: 34,
      labels: 40,
      seed: 0,
      split: { seed: 0, holdout: 0.3, validation: 0.15 },
      settings: { epochs: 1 },
      sources: [{ name: "made up", licence: "none" }],
    },
  };
  const tensors = new Map<string, Tensor>();
  for (const { name, shape } of expectedTensors(manifest)) {
    const length = shape.reduce((product, side) => product * side, 1);
    // a stream of its own: another tensor in the layout changes no values but its own
    const random = createRandom(seed, hashString(name));
    tensors.set(name, { shape, data: Float32Array.from({ length }, () => random.normal()) });
  }
  // as training leaves them: steps around a mean logit
  scale(tensors.get("kernel.value.quality")!, 1 / Math.sqrt(sizes.anchors));
  scale(tensors.get("kernel.value.cost")!, 0.3 / Math.sqrt(sizes.anchors));
  const shares = tensors.get("clusters.value")!;
  for (let i = 0; i < shares.data.length; i++) shares.data[i] = 1 / (1 + Math.exp(-shares.data[i]));
  // directions are of unit length: random ones would make every prompt look near
  scale(tensors.get("kernel.directions")!, 0.5 / Math.sqrt(dimensions));
  tensors.set("training.promptHashes", { shape: [3], data: Uint32Array.of(1, 5, 4_000_000_000) });
  tensors.set("embedder.table", { shape: [2, 2], data: Float32Array.of(1, 0.5, -2, 0.25) });
  return { manifest, tensors };
}

function scale({ data }: Tensor, factor: number): void {
  for (let i = 0; i < data.length; i++) data[i] *= factor;
}
