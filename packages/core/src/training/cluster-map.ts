import { matmul, matmulTransposedA, matmulTransposedB } from "../kernels/matmul.js";
import { softmaxRows } from "../kernels/softmax.js";
import { createRandom } from "../random/random.js";
import { AdamW } from "./adam-w.js";
import { softmaxRowsBackward } from "./softmax-backward.js";
import { warmupCosine } from "./warmup-cosine.js";

/**
 * Soft clusters: a row x of length 1 belongs to all of K clusters by a softmax, and each cluster tells N models' mean scores.
 *
 *   ŝ_m(x) = Σ_k w_k(x) Ψ_km,  w = softmax(Θ x + b)
 */
export interface ClusterMap {
  /** Θ (K, D). */
  map: Float32Array;
  /** b (K). */
  bias: Float32Array;
  /** Ψ (K, N), within [0, 1]. */
  means: Float32Array;
}

export interface ClusterMapOptions {
  seed: number;
  /** At most; 10 unless given. */
  epochs?: number | undefined;
  /** The highest, after warm-up; 5·10⁻³ unless given. */
  learningRate?: number | undefined;
  /** Looked at after every epoch: the map with the least is kept. */
  validationLoss: (map: ClusterMap) => number;
  /** Awaited after every epoch; what it throws ends the training. */
  pause: () => Promise<void>;
}

/** Logits start at this times the cosine to each centroid: a soft copy of the clusters. */
const startScale = 12;
const batchRows = 128;
const patience = 3;
const weightDecay = 1e-3;
const leastProbability = 1e-3;

/**
 * Trains Θ and b on the log loss of the known scores; Ψ stays as given.
 *
 * @param rows      (R, D) of length 1
 * @param scores    (R, N), NaN where unknown
 * @param centroids (K, D), where Θ starts
 * @param means     Ψ
 * @returns the map of the least validation loss, which comes with it
 * Source: Jitkrittum et al. 2025 (arXiv 2502.08773), section on the learned cluster map
 */
export async function trainClusterMap(
  rows: Float32Array,
  scores: Float32Array,
  D: number,
  centroids: Float32Array,
  means: Float32Array,
  { seed, epochs = 10, learningRate = 5e-3, validationLoss, pause }: ClusterMapOptions,
): Promise<ClusterMap & { loss: number }> {
  const K = centroids.length / D;
  const N = means.length / K;
  const R = rows.length / D;
  const trained: ClusterMap = { map: centroids.map((value) => startScale * value), bias: new Float32Array(K), means };
  const gradients = new Map([
    ["map", new Float32Array(K * D)],
    ["bias", new Float32Array(K)],
  ]);
  const parameters = new Map([
    ["map", trained.map],
    ["bias", trained.bias],
  ]);
  const optimizer = new AdamW(parameters, { weightDecay, clipNorm: 1 });
  const random = createRandom(seed, 79);
  const order = Int32Array.from({ length: R }, (_, r) => r);
  const stepsPerEpoch = Math.ceil(R / batchRows);
  let best = { ...copyOf(trained), loss: validationLoss(trained), epoch: 0 };
  for (let epoch = 1; epoch <= epochs && epoch - best.epoch <= patience; epoch++) {
    random.shuffle(order);
    for (let start = 0; start < R; start += batchRows) {
      const picked = order.subarray(start, Math.min(R, start + batchRows));
      accumulate(gradients, trained, rows, scores, picked, D, N);
      const step = (epoch - 1) * stepsPerEpoch + start / batchRows + 1;
      optimizer.update(gradients, learningRate * warmupCosine(step, stepsPerEpoch, stepsPerEpoch * epochs, 0.02));
    }
    await pause();
    const loss = validationLoss(trained);
    if (loss < best.loss) best = { ...copyOf(trained), loss, epoch };
  }
  const { epoch: _, ...map } = best;
  return map;
}

/** (R, N) ŝ of rows (R, D) of length 1. */
export function clusterMapQuality(map: ClusterMap, rows: Float32Array, D: number): Float32Array {
  const R = rows.length / D;
  const K = map.bias.length;
  const N = map.means.length / K;
  const quality = new Float32Array(R * N);
  matmul(quality, memberships(map, rows, D), map.means, R, K, N);
  return quality.map((value) => Math.min(1, Math.max(0, value)));
}

/** Gradients of the mean log loss of the picked rows' known scores. */
function accumulate(
  gradients: ReadonlyMap<string, Float32Array>,
  { map, bias, means }: ClusterMap,
  rows: Float32Array,
  scores: Float32Array,
  picked: Int32Array,
  D: number,
  N: number,
): void {
  const B = picked.length;
  const K = bias.length;
  const features = new Float32Array(B * D);
  picked.forEach((r, b) => {
    features.set(rows.subarray(r * D, (r + 1) * D), b * D);
  });
  const weights = memberships({ map, bias }, features, D);
  const quality = new Float32Array(B * N);
  matmul(quality, weights, means, B, K, N);
  let labels = 0;
  const dQuality = new Float32Array(B * N);
  for (let i = 0; i < B * N; i++) {
    const score = scores[picked[Math.floor(i / N)] * N + (i % N)];
    if (Number.isNaN(score)) continue;
    const p = Math.min(1 - leastProbability, Math.max(leastProbability, quality[i]));
    dQuality[i] = (p - score) / (p * (1 - p));
    labels++;
  }
  for (let i = 0; i < B * N; i++) dQuality[i] /= Math.max(1, labels);
  const dWeights = new Float32Array(B * K);
  matmulTransposedB(dWeights, dQuality, means, B, N, K);
  const dLogits = new Float32Array(B * K);
  softmaxRowsBackward(dLogits, dWeights, weights, B, K, 1);
  matmulTransposedA(gradients.get("map") as Float32Array, dLogits, features, K, B, D);
  const dBias = (gradients.get("bias") as Float32Array).fill(0);
  for (let i = 0; i < B * K; i++) dBias[i % K] += dLogits[i];
}

/** (R, K) shares of each row in each cluster. */
function memberships({ map, bias }: Pick<ClusterMap, "map" | "bias">, rows: Float32Array, D: number): Float32Array {
  const R = rows.length / D;
  const K = bias.length;
  const weights = new Float32Array(R * K);
  matmulTransposedB(weights, rows, map, R, D, K);
  for (let i = 0; i < R * K; i++) weights[i] += bias[i % K];
  softmaxRows(weights, weights, R, K, 1);
  return weights;
}

function copyOf({ map, bias, means }: ClusterMap): ClusterMap {
  return { map: map.slice(), bias: bias.slice(), means };
}
