// The two graphs of this bench, folded for a pool as the router folds them: what the contestants without a graph of their own compute.
// All matrices are row-major Float32Arrays, (inner, columns) where they are multiplied from the right. Temperature is 1 and β is 0 here.
import { matmulTransposedB, networkModel } from "@onehead/core";

/** What stands behind both: costs = factors · e^y + tokens · inputPrices. */
function pricesOf({ manifest }) {
  const { candidates } = manifest;
  return {
    factors: Float32Array.from(candidates, (c) => (c.smearing * c.prices.outputUsdPerMillionTokens) / 1e6),
    inputPrices: Float32Array.from(candidates, (c) => c.prices.inputUsdPerMillionTokens / 1e6),
  };
}

/** Attention over the models, one member. */
export function foldLiteral(artifact) {
  const { manifest, tensors } = artifact;
  const { keyWidth: K, hiddenWidth: H, temperature } = networkModel(manifest);
  const D = manifest.embedder.dimensions;
  const N = manifest.candidates.length;
  const read = (name) => tensors.get(`member.0.${name}`).data;
  const product = new Float32Array(N * 2 * H);
  matmulTransposedB(product, read("modelKey"), read("head.model"), N, K, 2 * H);
  const models = new Float32Array(2 * N * H);
  for (let n = 0; n < N; n++) {
    for (let i = 0; i < 2 * H; i++) {
      models[((i < H ? 0 : N) + n) * H + (i % H)] = product[n * 2 * H + i] + read("head.bias")[i];
    }
  }
  // through A_o v_m where that is less work
  const isFolded = N * 2 * H < K * (N + 2 * H);
  const attended = isFolded ? new Float32Array(N * 2 * H) : null;
  if (attended !== null) matmulTransposedB(attended, read("modelValue"), read("head.value"), N, K, 2 * H);
  return {
    sizes: { D, N, K, H },
    query: transposed(read("query"), K, D),
    gain: read("queryNorm.gain"),
    normBias: read("queryNorm.bias"),
    keys: transposed(
      read("modelKey").map((value) => (value * temperature) / Math.sqrt(K)),
      N,
      K,
    ),
    headQuery: transposed(read("head.query"), 2 * H, K),
    /** (N, 2H), or null for `values` (N, K) and `headValue` (K, 2H). */
    attended,
    values: read("modelValue"),
    headValue: transposed(read("head.value"), 2 * H, K),
    /** (2, N, H) */
    models,
    /** (2H) */
    output: read("head.output"),
    qualityBias: read("bias.quality"),
    costBias: read("bias.cost"),
    ...pricesOf(artifact),
  };
}

/** Low-rank networks, kernel regression and one group of clusters. */
export function foldBuiltIn(artifact) {
  const { manifest, tensors } = artifact;
  const { members: S, hiddenWidth: H, rank: R, anchors: P, kernel, clusters } = networkModel(manifest);
  const D = manifest.embedder.dimensions;
  const N = manifest.candidates.length;
  const Q = kernel.directions;
  const [G] = clusters.sizes;
  const read = (name) => tensors.get(name).data;
  const share = ((1 - clusters.weight) * (1 - kernel.weight)) / S;
  const kernelShare = (1 - clusters.weight) * kernel.weight;
  const trunk = new Float32Array(S * H * D);
  const trunkBias = new Float32Array(S * H);
  const readout = new Float32Array(S * H * 2 * N);
  const bias = new Float32Array(2 * N);
  for (let s = 0; s < S; s++) {
    const own = (name) => read(`member.${s}.${name}`);
    trunk.set(own("trunk.weight"), s * H * D);
    trunkBias.set(own("trunk.bias"), s * H);
    const query = own("lowRank.query");
    for (const [half, vectors, scale] of [
      [0, own("lowRank.quality"), share],
      [1, own("lowRank.cost"), 1 / S],
    ]) {
      for (let h = 0; h < H; h++) {
        for (let n = 0; n < N; n++) {
          let sum = query[(half * (R + 1) + R) * H + h];
          for (let r = 0; r < R; r++) sum += query[(half * (R + 1) + r) * H + h] * vectors[n * R + r];
          readout[(s * H + h) * 2 * N + half * N + n] = scale * sum;
        }
      }
    }
    for (let n = 0; n < N; n++) {
      bias[n] += share * own("bias.quality")[n];
      bias[N + n] += own("bias.cost")[n] / S;
    }
  }
  const values = new Float32Array(P * 2 * N);
  for (let j = 0; j < P; j++) {
    for (let n = 0; n < N; n++) {
      values[j * 2 * N + n] = kernelShare * read("kernel.value.quality")[j * N + n];
      values[j * 2 * N + N + n] = read("kernel.value.cost")[j * N + n];
    }
  }
  for (let n = 0; n < N; n++) bias[n] += kernelShare * read("kernel.mean.quality")[n];
  const means = Float32Array.from({ length: 2 * N }, (_, i) =>
    i < N ? read("kernel.mean.quality")[i] : read("kernel.mean.cost")[i - N],
  );
  const anchors = read("kernel.anchors");
  const anchorSquares = new Float32Array(P);
  for (let i = 0; i < P * Q; i++) anchorSquares[Math.floor(i / Q)] += anchors[i] * anchors[i];
  return {
    sizes: { D, N, H: S * H, P, Q, G },
    trunk: transposed(trunk, S * H, D),
    trunkBias,
    readout,
    /** (2N), of networks and kernel. */
    bias,
    directions: transposed(read("kernel.directions"), Q, D),
    anchors: transposed(anchors, P, Q),
    anchorSquares,
    values,
    /** (2N) */
    means,
    sharpness: kernel.sharpness,
    near: kernel.near,
    far: kernel.far,
    clusterKeys: transposed(read("clusters.key"), G, D),
    clusterBias: read("clusters.bias"),
    clusterValues: read("clusters.value"),
    clusterShare: clusters.weight,
    ...pricesOf(artifact),
  };
}

function transposed(source, rows, columns) {
  const out = new Float32Array(source.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = source[r * columns + c];
  return out;
}
