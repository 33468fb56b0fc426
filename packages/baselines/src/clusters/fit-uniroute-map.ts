import { createRandom, matmul, matmulTransposedA, matmulTransposedB, softmaxRows } from "@onehead/core";
import { AdamW, softmaxRowsBackward, warmupCosine } from "@onehead/core/training";
import type { FitOptions, LabelledEmbeddings, QualityPredictor } from "../baseline.js";
import { assertTrainable, assertTunable, queryRows } from "../labels/assert-labelled.js";
import { maskedLogLoss } from "../labels/masked-log-loss.js";
import { priorMeans } from "../labels/prior-means.js";
import { unitRows } from "../neighbours/unit-rows.js";
import { floatTensor } from "../state/predictor-state.js";
import type { StateReader } from "../state/state-reader.js";
import { yieldToEvents } from "../yield-to-events.js";
import { clusterMeans } from "./cluster-means.js";
import { kMeans, nearestCentroids } from "./k-means.js";

const clusterCounts = [8, 16, 32, 64, 128];
const priorCount = 3;
/** Logits start at this times the cosine to each centroid: a soft copy of the k-means clusters. */
const startScale = 12;
const batchRows = 128;
const epochs = 10;
const patience = 3;
const learningRate = 5e-3;
const weightDecay = 1e-3;
const leastProbability = 1e-3;

/**
 * UniRoute with a learned cluster map: clusters and each model's means in them as by k-means, but a prompt belongs to all
 * clusters by a softmax that is trained on the scores.
 *
 *   ŝ_m(e) = Σ_k w_k(e) Ψ_km,  w = softmax(Θ e / |e| + b)
 *
 * Θ starts at the centroids. K and the stopping point are those of least validation log loss.
 *
 * @throws as `assertTrainable` and `assertTunable`; OneheadError "aborted" once `signal` is aborted
 * Source: Jitkrittum et al. 2025 (arXiv 2502.08773), section on the learned cluster map
 */
export async function fitUniRouteMap(
  train: LabelledEmbeddings,
  validation: LabelledEmbeddings,
  options: FitOptions,
): Promise<QualityPredictor> {
  assertTrainable("fitUniRouteMap", train);
  assertTunable("fitUniRouteMap", train, validation);
  const { dimensions: D, table } = train;
  const rows = unitRows(train.embeddings, D);
  const held = unitRows(validation.embeddings, D);
  const prior = priorMeans(table.scores, table.models.length);
  let best: (TrainedMap & { loss: number }) | undefined;
  for (const K of clusterCounts) {
    const centroids = kMeans(rows, D, K, options.seed);
    const clusters = nearestCentroids(rows, centroids, D);
    const means = Float32Array.from(clusterMeans(clusters, centroids.length / D, table.scores, prior, priorCount));
    const trained = await trainMap(rows, table.scores, D, centroids, means, options, (map) =>
      maskedLogLoss(predictMap(map, held, D), validation.table.scores),
    );
    if (best === undefined || trained.loss < best.loss) best = trained;
  }
  return predictorOf(best as TrainedMap, D);
}

/** @throws ArtifactError naming the field */
export function loadUniRouteMap(reader: StateReader): QualityPredictor {
  const { dimensions: D, models: N } = reader;
  const map = reader.floats("map", null, D);
  const K = map.length / D;
  return predictorOf({ map, bias: reader.floats("bias", K), means: reader.floats("means", K, N) }, D);
}

function predictorOf(map: TrainedMap, D: number): QualityPredictor {
  const K = map.bias.length;
  return {
    id: "uniroute-map",
    name: `UniRoute map ${K}`,
    predict(embeddings) {
      queryRows("uniRouteMap", embeddings, D);
      return predictMap(map, unitRows(embeddings, D), D);
    },
    toState: () => ({
      kind: "uniroute-map",
      config: {},
      tensors: {
        map: floatTensor(map.map, K, D),
        bias: floatTensor(map.bias, K),
        means: floatTensor(map.means, K, map.means.length / K),
      },
    }),
  };
}

interface TrainedMap {
  /** Θ (K, D). */
  map: Float32Array;
  /** (K). */
  bias: Float32Array;
  /** Ψ (K, N). */
  means: Float32Array;
}

async function trainMap(
  rows: Float32Array,
  scores: Float32Array,
  D: number,
  centroids: Float32Array,
  means: Float32Array,
  { seed, signal }: FitOptions,
  validationLoss: (map: TrainedMap) => number,
): Promise<TrainedMap & { loss: number }> {
  const K = centroids.length / D;
  const N = means.length / K;
  const R = rows.length / D;
  const trained = { map: centroids.map((value) => startScale * value), bias: new Float32Array(K), means };
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
    await yieldToEvents("fitUniRouteMap", signal);
    const loss = validationLoss(trained);
    if (loss < best.loss) best = { ...copyOf(trained), loss, epoch };
  }
  return best;
}

/** Gradients of the mean log loss of the picked rows' known scores. */
function accumulate(
  gradients: ReadonlyMap<string, Float32Array>,
  { map, bias, means }: TrainedMap,
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
  const weights = memberships({ map, bias, means }, features, D);
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
function memberships({ map, bias }: TrainedMap, rows: Float32Array, D: number): Float32Array {
  const R = rows.length / D;
  const K = bias.length;
  const weights = new Float32Array(R * K);
  matmulTransposedB(weights, rows, map, R, D, K);
  for (let i = 0; i < R * K; i++) weights[i] += bias[i % K];
  softmaxRows(weights, weights, R, K, 1);
  return weights;
}

function predictMap(map: TrainedMap, rows: Float32Array, D: number): Float32Array {
  const R = rows.length / D;
  const K = map.bias.length;
  const N = map.means.length / K;
  const quality = new Float32Array(R * N);
  matmul(quality, memberships(map, rows, D), map.means, R, K, N);
  return quality.map((value) => Math.min(1, Math.max(0, value)));
}

function copyOf({ map, bias, means }: TrainedMap): TrainedMap {
  return { map: map.slice(), bias: bias.slice(), means };
}
