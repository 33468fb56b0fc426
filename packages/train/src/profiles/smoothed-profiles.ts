import { jsTrainingBackend, type Products } from "@onehead/core/training";

/** What training starts from: what each model is known to do around each anchor. */
export interface Profiles {
  /** (M) logit of each model's shrunk mean score. */
  qualityBias: Float32Array;
  /** (M) each model's mean cost target. */
  costBias: Float32Array;
  /** (P, M) logit of the smoothed score at each anchor, less the model's bias. */
  quality: Float32Array;
  /** (P, M) smoothed cost target at each anchor, less the model's bias. */
  cost: Float32Array;
}

export interface ProfileInputs {
  /** (R, D) embeddings of the training rows. */
  embeddings: Float32Array;
  /** (P, D) embeddings of the anchors. */
  anchors: Float32Array;
  /** (R, M) scores and cost targets; NaN where unknown. */
  scores: Float32Array;
  costTargets: Float32Array;
  /** (M) what the cost targets are logarithms of: only models of one kind have a common mean. */
  costKinds: readonly string[];
  rows: number;
  dimensions: number;
  anchorCount: number;
  models: number;
  /** Sharpness of the kernel exp(κ cos). */
  sharpness: number;
  /** Pseudo-counts of the model's own mean. */
  prior: number;
}

const blockAnchors = 32;

/**
 * Each model's smoothed score and cost at every anchor, shrunk to the model's mean (empirical Bayes):
 *
 *   s̃_jm = (Σ_i w_ji s_im + n₀ s̄_m) / (Σ_i w_ji + n₀),   w_ji = exp(κ (cos(a_j, e_i) − 1))
 *
 * over the rows i in which model m has a score. The model's mean itself is shrunk to the mean of all models.
 */
export function smoothedProfiles(inputs: ProfileInputs, products: Products = jsTrainingBackend): Profiles {
  const { embeddings, anchors, scores, costTargets, rows: R, dimensions: D, anchorCount: P, models: M } = inputs;
  const meanScore = shrunkMeans(scores, R, M, inputs.prior);
  const meanCost = shrunkMeans(costTargets, R, M, inputs.prior, inputs.costKinds);
  const profiles: Profiles = {
    qualityBias: Float32Array.from(meanScore, logit),
    costBias: Float32Array.from(meanCost),
    quality: new Float32Array(P * M),
    cost: new Float32Array(P * M),
  };
  const rowNorms = inverseNorms(embeddings, R, D);
  const anchorNorms = inverseNorms(anchors, P, D);
  const weights = new Float32Array(blockAnchors * R);
  for (let start = 0; start < P; start += blockAnchors) {
    const count = Math.min(blockAnchors, P - start);
    products.matmulTransposedB(weights, anchors.subarray(start * D, (start + count) * D), embeddings, count, D, R);
    for (let j = 0; j < count; j++) {
      for (let i = 0; i < R; i++) {
        const cosine = weights[j * R + i] * anchorNorms[start + j] * rowNorms[i];
        weights[j * R + i] = Math.exp(inputs.sharpness * (cosine - 1));
      }
      smoothAnchor(profiles, start + j, weights, j * R, scores, costTargets, meanScore, meanCost, inputs);
    }
  }
  return profiles;
}

function smoothAnchor(
  profiles: Profiles,
  anchor: number,
  weights: Float32Array,
  offset: number,
  scores: Float32Array,
  costTargets: Float32Array,
  meanScore: Float64Array,
  meanCost: Float64Array,
  { rows: R, models: M, prior }: ProfileInputs,
): void {
  for (let m = 0; m < M; m++) {
    let scoreSum = prior * meanScore[m];
    let scoreWeight = prior;
    let costSum = prior * meanCost[m];
    let costWeight = prior;
    for (let i = 0; i < R; i++) {
      const w = weights[offset + i];
      const score = scores[i * M + m];
      const cost = costTargets[i * M + m];
      if (!Number.isNaN(score)) {
        scoreSum += w * score;
        scoreWeight += w;
      }
      if (!Number.isNaN(cost)) {
        costSum += w * cost;
        costWeight += w;
      }
    }
    // without a prior, a model without a label has no weight at all and stays at its mean
    const score = scoreWeight > 0 ? scoreSum / scoreWeight : meanScore[m];
    const cost = costWeight > 0 ? costSum / costWeight : meanCost[m];
    profiles.quality[anchor * M + m] = logit(score) - profiles.qualityBias[m];
    profiles.cost[anchor * M + m] = cost - profiles.costBias[m];
  }
}

/**
 * Mean of every column over its known entries, shrunk by `prior` pseudo-counts to the mean of all entries, or of the
 * columns of its own kind.
 */
export function shrunkMeans(
  values: Float32Array,
  R: number,
  M: number,
  prior: number,
  kinds: readonly string[] = Array(M).fill(""),
): Float64Array {
  const sums = new Float64Array(M);
  const counts = new Float64Array(M);
  for (let i = 0; i < R * M; i++) {
    const value = values[i];
    if (Number.isNaN(value)) continue;
    sums[i % M] += value;
    counts[i % M]++;
  }
  return sums.map((sum, m) => {
    let total = 0;
    let known = 0;
    for (let n = 0; n < M; n++) {
      if (kinds[n] !== kinds[m]) continue;
      total += sums[n];
      known += counts[n];
    }
    const overall = known > 0 ? total / known : 0;
    return counts[m] + prior > 0 ? (sum + prior * overall) / (counts[m] + prior) : overall;
  });
}

function inverseNorms(rows: Float32Array, count: number, D: number): Float64Array {
  const norms = new Float64Array(count);
  for (let r = 0; r < count; r++) {
    let squares = 0;
    for (let d = 0; d < D; d++) squares += rows[r * D + d] * rows[r * D + d];
    norms[r] = squares > 0 ? 1 / Math.sqrt(squares) : 0;
  }
  return norms;
}

/** ln(p / (1 − p)) with p kept within [0.01, 0.99], so that no start value is beyond repair. */
function logit(p: number): number {
  const q = Math.min(0.99, Math.max(0.01, p));
  return Math.log(q / (1 - q));
}
