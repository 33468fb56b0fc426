import { formatVersionOf, parseArtifact, serializeArtifact } from "@onehead/core";
import { createRandom } from "@onehead/core/training";

/** K and H of each head, as the form's design names them for this bench. */
const literalSizes = { members: 1, keyWidth: 64, hiddenWidth: 128, anchors: 1, rank: 1 };
/** Of the built-in router. */
const builtInSizes = { members: 2, keyWidth: 64, hiddenWidth: 32, anchors: 384, rank: 24 };
const builtInDirections = 64;
const builtInClusters = 87;

/** A router that attends over N models, with nothing beside: random weights of the size that training leaves. */
export function literalArtifact(N, D, sizes = literalSizes) {
  const { keyWidth: K, hiddenWidth: H } = sizes;
  const shapes = {
    "member.0.query": [[K, D], 1 / Math.sqrt(D)],
    "member.0.queryNorm.gain": [[K], 0.1, 1],
    "member.0.queryNorm.bias": [[K], 0.1],
    "member.0.modelKey": [[N, K], 1],
    "member.0.modelValue": [[N, K], 1],
    "member.0.head.query": [[2 * H, K], 1 / Math.sqrt(3 * K)],
    "member.0.head.value": [[2 * H, K], 1 / Math.sqrt(3 * K)],
    "member.0.head.model": [[2 * H, K], 1 / Math.sqrt(3 * K)],
    "member.0.head.bias": [[2 * H], 0.1],
    "member.0.head.output": [[2 * H], 3 / Math.sqrt(H)],
    "member.0.bias.quality": [[N], 0.5],
    "member.0.bias.cost": [[N], 0.5, 5],
  };
  return artifactOf("models", sizes, N, D, shapes, {});
}

/** A router of the built-in one's form and sizes, for N models and embeddings of D. */
export function builtInFormArtifact(N, D, sizes = builtInSizes) {
  const { members: S, hiddenWidth: H, anchors: P, rank: R } = sizes;
  const Q = Math.min(builtInDirections, D);
  const shapes = {};
  for (let s = 0; s < S; s++) {
    Object.assign(shapes, {
      [`member.${s}.trunk.weight`]: [[H, D], 1],
      [`member.${s}.trunk.bias`]: [[H], 0.1],
      [`member.${s}.lowRank.query`]: [[2 * R + 2, H], 1 / Math.sqrt(H)],
      [`member.${s}.lowRank.quality`]: [[N, R], 1 / Math.sqrt(R)],
      [`member.${s}.lowRank.cost`]: [[N, R], 0.3 / Math.sqrt(R)],
      [`member.${s}.bias.quality`]: [[N], 1],
      [`member.${s}.bias.cost`]: [[N], 0.5, 5],
    });
  }
  Object.assign(shapes, {
    "kernel.directions": [[Q, D], 1 / Math.sqrt(D)],
    "kernel.anchors": [[P, Q], 1 / Math.sqrt(D)],
    "kernel.value.quality": [[P, N], 1 / Math.sqrt(P)],
    "kernel.value.cost": [[P, N], 0.3 / Math.sqrt(P)],
    "kernel.mean.quality": [[N], 1],
    "kernel.mean.cost": [[N], 0.5, 5],
    "clusters.key": [[builtInClusters, D], 3],
    "clusters.bias": [[builtInClusters], 0.3],
    "clusters.value": [[builtInClusters, N], 0.15, 0.5],
  });
  return artifactOf("low-rank", sizes, N, D, shapes, {
    // random directions are of no use for novelty: half of the prompts count as partly unfamiliar
    kernel: { sharpness: 3, directions: Q, weight: 0.5, near: Math.max(0, 1 - (1.2 * Q) / D), far: 1.2 },
    clusters: { sizes: [builtInClusters], weight: 0.5 },
  });
}

/** @param shapes by tensor: its shape, the deviation of its numbers and their mean */
function artifactOf(form, sizes, N, D, shapes, parts) {
  const random = createRandom(11);
  const tensors = new Map(
    Object.entries(shapes).map(([name, [shape, deviation, mean = 0]]) => {
      const length = shape.reduce((product, side) => product * side, 1);
      let data = Float32Array.from({ length }, () => mean + deviation * random.normal());
      if (name === "clusters.value") data = data.map((share) => Math.min(0.98, Math.max(0.02, share)));
      return [name, { shape, data }];
    }),
  );
  const candidates = Array.from({ length: N }, (_, n) => {
    const output = 10 ** (2 * random.uniform() - 1);
    return {
      id: `model-${n}`,
      profile: { kind: "measured", rows: 1000 },
      costKind: "tokens",
      prices: { inputUsdPerMillionTokens: output / 4, outputUsdPerMillionTokens: output },
      smearing: 1 + random.uniform(),
    };
  });
  const ids = Array.from({ length: sizes.anchors }, (_, j) => `p${j}`);
  const manifest = {
    formatVersion: formatVersionOf(form),
    name: `bench-${form}`,
    embedder: { id: `bench/${D}`, kind: "bench", dimensions: D, config: null },
    model: { form, ...sizes, anchors: ids.length, temperature: 1, ...parts },
    candidates,
    calibration: { temperature: 1, bias: 0 },
    dial: { minLambdaUsd: 1e-4, maxLambdaUsd: 10 },
    anchors: { ids, datasets: ids.map(() => "") },
    training: {
      dataHash: "00000000",
      rows: 1000,
      labels: 1000,
      seed: 0,
      split: { seed: 0, holdout: 0, validation: 0.1 },
      settings: {},
    },
  };
  // as a file would be read: everything is checked
  return parseArtifact(serializeArtifact({ manifest, tensors }));
}

/** `count` embeddings of unit length, each an array of its own. */
export function embeddingsOf(count, D, seed = 5) {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const embedding = Float32Array.from({ length: D }, () => random.normal());
    const length = Math.hypot(...embedding);
    return embedding.map((value) => value / length);
  });
}
