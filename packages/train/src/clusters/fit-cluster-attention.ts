import { sigmoid } from "@onehead/core";
import {
  type ClusterMap,
  clusterMapQuality,
  kMeans,
  nearestCentroids,
  trainClusterMap,
  unitRows,
} from "@onehead/core/training";
import { shrunkMeans } from "../profiles/smoothed-profiles.js";
import type { LabelledRows } from "../trainer/member-trainer.js";

/** Groups of so many clusters, where there are as many rows. Two sizes are better than one, four no better than two. */
const groupSizes = [32, 64];
/** Pseudo-scores in each of a model's cluster means, of what the model's mean and the cluster's difficulty say of it. */
const priorCount = 10;
/** Variance of the clusters' difficulties, in logits. */
const difficultyVariance = 1;
const leastProbability = 1e-3;
/** A model's mean is kept this far from 0 and 1. */
const leastMean = 0.01;

/** A fitted attention over clusters: what core's `ClusterAttention` computes. */
export interface FittedClusters {
  /** One map a group. */
  maps: ClusterMap[];
  /** Share of its logit in the joint one. */
  weight: number;
}

/**
 * The prompts' k-means clusters with every model's mean score in them, and who belongs where trained on the scores
 * (`trainClusterMap`). Stands beside networks and kernel with half of the weight: they err differently, and their plain average was
 * better than any weight chosen on validation rows.
 *
 * @param prior pseudo-counts of all models' mean in each model's mean
 * @param pause awaited now and then; what it throws ends the fit
 */
export async function fitClusterAttention(
  training: LabelledRows,
  validation: LabelledRows,
  { seed, prior }: { seed: number; prior: number },
  pause: () => Promise<void>,
): Promise<FittedClusters> {
  const R = training.rows;
  const D = training.embeddings.length / R;
  const M = training.scores.length / R;
  const rows = unitEmbeddings(training);
  // without a validation score there is nothing better to stop by than the training rows
  const judged = validation.scores.some((score) => !Number.isNaN(score)) ? validation : training;
  const held = unitEmbeddings(judged);
  const means = shrunkMeans(training.scores, R, M, prior);
  const maps: ClusterMap[] = [];
  for (const size of groupSizes) {
    const centroids = kMeans(rows, D, size, seed);
    await pause();
    const profiles = clusterProfiles(
      nearestCentroids(rows, centroids, D),
      centroids.length / D,
      training.scores,
      means,
    );
    const { map, bias } = await trainClusterMap(rows, training.scores, D, centroids, profiles, {
      seed,
      validationLoss: (own) => logLoss(clusterMapQuality(own, held, D), judged.scores),
      pause,
    });
    maps.push({ map, bias, means: profiles });
  }
  return { maps, weight: 0.5 };
}

/**
 * Ψ (K, M): mean score of every model in every cluster, shrunk to σ(logit s̄_m + δ_k), δ_k the cluster's difficulty.
 *
 * Where few models answered a prompt, a cluster's labels say little of one model but much of all: difficulty has to be told apart
 * from what a model can, or a model that was asked the hard prompts is taken for a bad one.
 *
 * @param clusters (R) cluster of each row
 * @param means    (M) s̄
 */
export function clusterProfiles(
  clusters: Int32Array,
  K: number,
  scores: Float32Array,
  means: Float64Array,
): Float32Array {
  const M = means.length;
  const sums = new Float64Array(K * M);
  const counts = new Float64Array(K * M);
  scores.forEach((score, i) => {
    if (Number.isNaN(score)) return;
    const cell = clusters[Math.floor(i / M)] * M + (i % M);
    sums[cell] += score;
    counts[cell]++;
  });
  const logits = means.map((mean) => {
    const p = Math.min(1 - leastMean, Math.max(leastMean, mean));
    return Math.log(p / (1 - p));
  });
  const profiles = new Float32Array(K * M);
  for (let k = 0; k < K; k++) {
    const difficulty = fitDifficulty(sums.subarray(k * M, (k + 1) * M), counts.subarray(k * M, (k + 1) * M), logits);
    for (let m = 0; m < M; m++) {
      const prior = sigmoid(logits[m] + difficulty);
      profiles[k * M + m] = (sums[k * M + m] + priorCount * prior) / (counts[k * M + m] + priorCount);
    }
  }
  return profiles;
}

/** δ of the greatest posterior: Σ_m s_m − n_m σ(z_m + δ) = δ / variance, by Newton's method with bounded steps. */
function fitDifficulty(sums: Float64Array, counts: Float64Array, logits: Float64Array): number {
  let difficulty = 0;
  for (let step = 0; step < 20; step++) {
    let gradient = -difficulty / difficultyVariance;
    let curvature = 1 / difficultyVariance;
    logits.forEach((logit, m) => {
      const p = sigmoid(logit + difficulty);
      gradient += sums[m] - counts[m] * p;
      curvature += counts[m] * p * (1 - p);
    });
    difficulty += Math.max(-1, Math.min(1, gradient / curvature));
  }
  return difficulty;
}

/** (R, M) logits of the attention over clusters alone. */
export function clusterLogits({ maps }: FittedClusters, rows: LabelledRows): Float32Array {
  const D = rows.embeddings.length / Math.max(1, rows.rows);
  const unit = unitEmbeddings(rows);
  const quality = new Float32Array(rows.scores.length);
  for (const map of maps) {
    clusterMapQuality(map, unit, D).forEach((own, i) => {
      quality[i] += own / maps.length;
    });
  }
  return quality.map((mean) => {
    const p = Math.min(1 - leastProbability, Math.max(leastProbability, mean));
    return Math.log(p / (1 - p));
  });
}

function unitEmbeddings({ embeddings, rows }: LabelledRows): Float32Array {
  const unit = new Float32Array(embeddings.length);
  unitRows(unit, embeddings, rows, embeddings.length / Math.max(1, rows));
  return unit;
}

/** Mean over the known scores. */
function logLoss(quality: Float32Array, scores: Float32Array): number {
  let sum = 0;
  let known = 0;
  scores.forEach((score, i) => {
    if (Number.isNaN(score)) return;
    const p = Math.min(1 - leastProbability, Math.max(leastProbability, quality[i]));
    sum -= score * Math.log(p) + (1 - score) * Math.log(1 - p);
    known++;
  });
  return sum / known;
}
