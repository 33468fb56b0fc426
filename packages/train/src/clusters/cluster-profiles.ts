import { sigmoid } from "@onehead/core";

/** Pseudo-scores in each of a model's cluster means, of what the model's mean and the cluster's difficulty say of it. */
const priorCount = 10;
/** Variance of the clusters' difficulties, in logits. */
const difficultyVariance = 1;
/** A model's mean is kept this far from 0 and 1. */
const leastMean = 0.01;

/**
 * Ψ (K, M): mean score of every model in every cluster, shrunk to σ(logit s̄_m + δ_k), δ_k the cluster's difficulty.
 *
 * Where few models answered a prompt, a cluster's labels say little of one model but much of all: difficulty has to be told apart
 * from what a model can, or a model that was asked the hard prompts is taken for a bad one.
 *
 * @param clusters (R) cluster of each row; -1 leaves it out
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
    const k = clusters[Math.floor(i / M)];
    if (k < 0) return;
    const cell = k * M + (i % M);
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
