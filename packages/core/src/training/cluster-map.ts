import { jsBackend } from "../kernels/backend.js";
import { softmaxRows } from "../kernels/softmax.js";
import { createRandom } from "../random/random.js";
import { AdamW, adamFloats } from "./adam-w.js";
import type { Products } from "./staged-products.js";
import { jsTrainingBackend, type TrainingBackend } from "./training-backend.js";
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
  /** `jsTrainingBackend` unless given. */
  backend?: TrainingBackend | undefined;
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
  { seed, epochs = 10, learningRate = 5e-3, validationLoss, pause, backend = jsTrainingBackend }: ClusterMapOptions,
): Promise<ClusterMap & { loss: number }> {
  const K = centroids.length / D;
  const N = means.length / K;
  const R = rows.length / D;
  const batch = new MapBatch(
    centroids.map((value) => startScale * value),
    means,
    D,
    backend,
  );
  const trained: ClusterMap = { map: batch.parameters.map, bias: batch.parameters.bias, means };
  const parameters = new Map(Object.entries(batch.parameters));
  const gradients = new Map(Object.entries(batch.gradients));
  const optimizer = new AdamW(parameters, { weightDecay, clipNorm: 1 }, batch.backend);
  const random = createRandom(seed, 79);
  const order = Int32Array.from({ length: R }, (_, r) => r);
  const stepsPerEpoch = Math.ceil(R / batchRows);
  let best = { ...copyOf(trained), loss: validationLoss(trained), epoch: 0 };
  for (let epoch = 1; epoch <= epochs && epoch - best.epoch <= patience; epoch++) {
    random.shuffle(order);
    for (let start = 0; start < R; start += batchRows) {
      batch.accumulate(rows, scores, order.subarray(start, Math.min(R, start + batchRows)), N);
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
export function clusterMapQuality(
  map: ClusterMap,
  rows: Float32Array,
  D: number,
  products: Products = jsBackend,
): Float32Array {
  const R = rows.length / D;
  const K = map.bias.length;
  const N = map.means.length / K;
  const quality = new Float32Array(R * N);
  products.matmul(quality, memberships(map, rows, D, products), map.means, R, K, N);
  return quality.map((value) => Math.min(1, Math.max(0, value)));
}

/** Room for the copies that products make of blocks of their factors, and for the starts of arrays. */
const scratch = 131_072 + 256 * (1 + batchRows) + 4096;

/** Parameters, gradients and one batch's activations, in a memory of their own. */
class MapBatch {
  readonly backend: TrainingBackend;
  readonly parameters: { map: Float32Array; bias: Float32Array };
  readonly gradients: { map: Float32Array; bias: Float32Array };
  readonly #D: number;
  readonly #features: Float32Array;
  readonly #means: Float32Array;
  readonly #weights: Float32Array;
  readonly #quality: Float32Array;
  readonly #dQuality: Float32Array;
  readonly #dWeights: Float32Array;

  constructor(map: Float32Array, means: Float32Array, D: number, backend: TrainingBackend) {
    const K = map.length / D;
    const N = means.length / K;
    const weights = (K + 1) * D + K;
    const own = backend.fork(
      2 * weights + adamFloats(weights) + means.length + batchRows * (D + 2 * K + 2 * N) + scratch + 256 * (D + K + N),
    );
    this.backend = own;
    this.#D = D;
    this.parameters = { map: own.allocate(map), bias: own.allocate(K) };
    this.gradients = { map: own.allocate(K * D), bias: own.allocate(K) };
    this.#features = own.allocate(batchRows * D);
    this.#means = own.allocate(means);
    this.#weights = own.allocate(batchRows * K);
    this.#quality = own.allocate(batchRows * N);
    this.#dQuality = own.allocate(batchRows * N);
    this.#dWeights = own.allocate(batchRows * K);
  }

  /** Gradients of the mean log loss of the picked rows' known scores. */
  accumulate(rows: Float32Array, scores: Float32Array, picked: Int32Array, N: number): void {
    const { matmul, matmulTransposedA, matmulTransposedB, softmaxRows, softmaxRowsBackward } = this.backend;
    const D = this.#D;
    const B = picked.length;
    const { map, bias } = this.parameters;
    const K = bias.length;
    picked.forEach((r, b) => {
      this.#features.set(rows.subarray(r * D, (r + 1) * D), b * D);
    });
    matmulTransposedB(this.#weights, this.#features, map, B, D, K);
    for (let i = 0; i < B * K; i++) this.#weights[i] += bias[i % K];
    softmaxRows(this.#weights, this.#weights, B, K, 1);
    matmul(this.#quality, this.#weights, this.#means, B, K, N);
    let labels = 0;
    const dQuality = this.#dQuality;
    for (let i = 0; i < B * N; i++) {
      const score = scores[picked[Math.floor(i / N)] * N + (i % N)];
      dQuality[i] = 0;
      if (Number.isNaN(score)) continue;
      const p = Math.min(1 - leastProbability, Math.max(leastProbability, this.#quality[i]));
      dQuality[i] = (p - score) / (p * (1 - p));
      labels++;
    }
    for (let i = 0; i < B * N; i++) dQuality[i] /= Math.max(1, labels);
    matmulTransposedB(this.#dWeights, dQuality, this.#means, B, N, K);
    softmaxRowsBackward(this.#dWeights, this.#dWeights, this.#weights, B, K, 1);
    matmulTransposedA(this.gradients.map, this.#dWeights, this.#features, K, B, D);
    const dBias = this.gradients.bias.fill(0);
    for (let i = 0; i < B * K; i++) dBias[i % K] += this.#dWeights[i];
  }
}

/** (R, K) shares of each row in each cluster. */
function memberships(
  { map, bias }: Pick<ClusterMap, "map" | "bias">,
  rows: Float32Array,
  D: number,
  products: Products,
): Float32Array {
  const R = rows.length / D;
  const K = bias.length;
  const weights = new Float32Array(R * K);
  products.matmulTransposedB(weights, rows, map, R, D, K);
  for (let i = 0; i < R * K; i++) weights[i] += bias[i % K];
  softmaxRows(weights, weights, R, K, 1);
  return weights;
}

function copyOf({ map, bias, means }: ClusterMap): ClusterMap {
  return { map: map.slice(), bias: bias.slice(), means };
}
