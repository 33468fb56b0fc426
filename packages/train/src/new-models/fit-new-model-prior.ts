import type { Candidate, NewModelPrior, Tensor } from "@onehead/core";
import { symmetricEigen } from "@onehead/core/training";

/** What the measured models are predicted to do on R training rows. */
export interface KnownPredictions {
  /** (R, M) calibrated quality logits. */
  qualityLogits: Float32Array;
  /** (R, M) predicted and (R, M) recorded log output tokens or log USD; NaN where nothing was recorded. */
  costOutputs: Float32Array;
  costTargets: Float32Array;
  /** (R). */
  inputTokens: Float64Array;
  /** (R, K) weights of the clusters of prompts; K is 0 where there are none. */
  clusterWeights: Float32Array;
  rows: number;
  /** (M), in the order of the columns. */
  candidates: readonly Candidate[];
}

export interface FittedNewModelPrior {
  prior: NewModelPrior;
  tensors: Map<string, Tensor>;
}

/** Components of the logits at most: more than five never helped where it was measured. */
const mostComponents = 5;
/** Components of the clusters' weights: so many at most, and no more than explain that share of their variance. */
const mostClusterComponents = 12;
const explainedShare = 0.95;
/** Standard deviation of what a model scores in one cluster, in logits, around what its level and loadings say. */
const clusterDeviation = 0.7;
// pseudo-models of the variances, for pools of two or three models: half a logit of level, a log cost of ½
const pseudoModels = 1;
const levelVariance = 0.25;
const costVariance = 0.25;
// pseudo-count of the slope on log price, in models one e-fold away from the mean price
const slopeRidge = 1;
// variances of the prior beside those of the measured models. A little tighter is better at 20 and 50 samples: a model that
// is taken for better than it is costs on every prompt it wins, one that is taken for worse only where it would have won
const loadingShare = 0.5;
const levelShare = 0.7;
const leastDeviation = 0.05;
// a component that moves logits by less says nothing, and its inverse would be beyond float16
const leastScale = 1e-3;

/**
 * What a new model is fitted with later: the principal components of the measured models' calibrated logits over training
 * rows, each scaled to unit variance, and the prior of a model's coordinates on them, from the measured models' own.
 *
 *   z_m = μ_m + Σ_k L_mk t_k + rest,  t = C (z − μ),  C_k = v_k / σ_k,  L_mk = σ_k v_mk
 *
 * with v_k, σ_k² the eigenpairs of the covariance of z. The prior of a new model's loadings is independent over k, as the
 * columns of L are orthogonal; its level is regressed on the log USD of a typical request at list price.
 *
 * What a new model can and no measured one shows is an effect of each cluster of prompts, u ~ N(0, 0.7² I) beside all that:
 * the logit gains u·(p − p̄), p the clusters' weights. Of p the leading components are kept, C_k = v_k / σ_k again, with
 * loadings u·v_k σ_k ~ N(0, (0.7 σ_k)²); the mean effect u·p̄ widens the level by 0.7 |p̄|.
 */
export function fitNewModelPrior(known: KnownPredictions): FittedNewModelPrior {
  const M = known.candidates.length;
  const K = known.clusterWeights.length / known.rows;
  const X = M + K;
  const { means, covariance } = moments(known.qualityLogits, known.rows, M);
  const { values, vectors } = symmetricEigen(covariance, M);
  const components: number[][] = [];
  const loadings = { mean: [] as number[], deviation: [] as number[] };
  let explained = 0;
  for (let k = 0; k < Math.min(mostComponents, M); k++) {
    const own = vectors.subarray(k * M, (k + 1) * M);
    const variance = Math.max(0, values[k]);
    const scale = Math.sqrt(variance);
    explained += variance;
    // the sign of an eigenvector is chance: most models rise with every component
    const sign = own.reduce((sum, v) => sum + v, 0) < 0 ? -1 : 1;
    const component = new Array<number>(X).fill(0);
    for (let m = 0; m < M; m++) component[m] = scale > leastScale ? (sign * own[m]) / scale : 0;
    components.push(component);
    const of = Float64Array.from(own, (v) => sign * scale * v);
    loadings.mean.push(mean(of));
    // a pseudo-model at the second moment of all loadings of that component
    loadings.deviation.push(deviation(loadingShare * squares(of), M - 1, (loadingShare * variance) / M));
  }
  const clusters = clusterComponents(known.clusterWeights, known.rows, K);
  for (const { direction, scale } of clusters.components) {
    components.push([...new Array<number>(M).fill(0), ...direction.map((v) => v / scale)]);
    loadings.mean.push(0);
    loadings.deviation.push(clusterDeviation * scale);
  }
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  const typical = typicalRequest(known);
  const prices = known.candidates.map((candidate, m) => logUsdOf(known, candidate, m, typical));
  const priced = prices.filter((price) => !Number.isNaN(price));
  const level = priceLevel(means, prices);
  const prior: NewModelPrior = {
    components: components.length,
    level: { ...level, deviation: Math.hypot(level.deviation, clusterDeviation * clusters.meanLength) },
    loadings,
    noise: Math.sqrt(Math.max(0, total - explained) / M + clusterDeviation ** 2 * clusters.rest),
    typical: { ...typical, meanLogUsd: priced.length === 0 ? null : mean(priced) },
    cost: costSpread(known),
  };
  const tensors = new Map<string, Tensor>([
    ["newModels.mean", { shape: [X], data: Float32Array.from([...means, ...clusters.means]) }],
    ["newModels.components", { shape: [components.length, X], data: Float32Array.from(components.flat()) }],
  ]);
  return { prior, tensors };
}

/** Leading eigenpairs of the covariance of (R, K) weights, and the variance that they leave. */
function clusterComponents(
  weights: Float32Array,
  R: number,
  K: number,
): {
  components: Array<{ direction: number[]; scale: number }>;
  means: Float64Array;
  meanLength: number;
  rest: number;
} {
  const { means, covariance } = moments(weights, R, K);
  const { values, vectors } = K === 0 ? { values: means, vectors: means } : symmetricEigen(covariance, K);
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  const components: Array<{ direction: number[]; scale: number }> = [];
  let rest = total;
  for (let k = 0; k < Math.min(mostClusterComponents, K); k++) {
    if (rest <= (1 - explainedShare) * total || !(values[k] > leastScale ** 2)) break;
    components.push({ direction: [...vectors.subarray(k * K, (k + 1) * K)], scale: Math.sqrt(values[k]) });
    rest -= values[k];
  }
  return { components, means, meanLength: Math.hypot(...means), rest: Math.max(0, rest) };
}

function moments(logits: Float32Array, R: number, M: number): { means: Float64Array; covariance: Float64Array } {
  const means = new Float64Array(M);
  for (let i = 0; i < R * M; i++) means[i % M] += logits[i] / R;
  const covariance = new Float64Array(M * M);
  const centred = new Float64Array(M);
  for (let r = 0; r < R; r++) {
    for (let m = 0; m < M; m++) centred[m] = logits[r * M + m] - means[m];
    for (let m = 0; m < M; m++) {
      for (let l = 0; l <= m; l++) covariance[m * M + l] += (centred[m] * centred[l]) / R;
    }
  }
  for (let m = 0; m < M; m++) for (let l = 0; l < m; l++) covariance[l * M + m] = covariance[m * M + l];
  return { means, covariance };
}

/** Mean level regressed on log price, where at least three models have one that differs. */
function priceLevel(means: Float64Array, prices: readonly number[]): NewModelPrior["level"] {
  const centre = mean(means);
  const priced = Array.from(prices.keys()).filter((m) => !Number.isNaN(prices[m]));
  const middle = priced.length === 0 ? 0 : mean(priced.map((m) => prices[m]));
  let slope = 0;
  if (priced.length >= 3) {
    let xx = slopeRidge;
    let xy = 0;
    for (const m of priced) {
      xx += (prices[m] - middle) ** 2;
      xy += (prices[m] - middle) * (means[m] - centre);
    }
    slope = xy / xx;
  }
  const distance = (m: number): number => (Number.isNaN(prices[m]) ? 0 : prices[m] - middle);
  const rest = means.map((level, m) => level - centre - slope * distance(m));
  return {
    mean: centre,
    slope,
    reach: priced.reduce((most, m) => Math.max(most, Math.abs(distance(m))), 0),
    deviation: deviation(levelShare * squares(rest), means.length - (slope === 0 ? 1 : 2), levelVariance),
  };
}

/** Tokens of a request as the training rows have them; output as the models counted in tokens are predicted to write. */
function typicalRequest({ candidates, costOutputs, inputTokens, rows }: KnownPredictions): {
  inputTokens: number;
  outputTokens: number;
} {
  const M = candidates.length;
  let output = 0;
  let counted = 0;
  for (let i = 0; i < rows * M; i++) {
    if (candidates[i % M].costKind !== "tokens") continue;
    output += costOutputs[i];
    counted++;
  }
  let input = 0;
  for (let r = 0; r < rows; r++) input += inputTokens[r] / rows;
  return { inputTokens: input, outputTokens: counted === 0 ? 0 : Math.exp(output / counted) };
}

/** Log USD of a typical request at list price, or of the mean recorded cost; NaN where neither is known. */
function logUsdOf(
  { costTargets, candidates, rows }: KnownPredictions,
  { costKind, prices }: Candidate,
  m: number,
  typical: { inputTokens: number; outputTokens: number },
): number {
  if (costKind === "tokens") {
    if (prices === undefined) return Number.NaN;
    const { inputUsdPerMillionTokens, outputUsdPerMillionTokens } = prices;
    const usd = typical.inputTokens * inputUsdPerMillionTokens + typical.outputTokens * outputUsdPerMillionTokens;
    // a free model says nothing of what quality costs
    return usd > 0 ? Math.log(usd / 1e6) : Number.NaN;
  }
  let sum = 0;
  let known = 0;
  for (let i = m; i < rows * candidates.length; i += candidates.length) {
    if (Number.isNaN(costTargets[i])) continue;
    sum += costTargets[i];
    known++;
  }
  return known === 0 ? Number.NaN : sum / known;
}

/** How far models' mean log costs lie from those of their kind, and answers from what was predicted. */
function costSpread({ candidates, costOutputs, costTargets, rows }: KnownPredictions): NewModelPrior["cost"] {
  const M = candidates.length;
  const own = new Float64Array(M);
  let errors = 0;
  let recorded = 0;
  for (let i = 0; i < rows * M; i++) {
    own[i % M] += costOutputs[i] / rows;
    if (Number.isNaN(costTargets[i])) continue;
    errors += (costTargets[i] - costOutputs[i]) ** 2;
    recorded++;
  }
  let spread = 0;
  let freedom = 0;
  for (const kind of ["tokens", "usd"] as const) {
    const of = own.filter((_, m) => candidates[m].costKind === kind);
    if (of.length === 0) continue;
    spread += squares(of);
    freedom += of.length - 1;
  }
  return {
    shiftDeviation: deviation(spread, freedom, costVariance),
    noise: deviation(errors, recorded, costVariance),
  };
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** Sum of squares around the mean. */
function squares(values: Float64Array): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
}

/** Standard deviation from a sum of squares with `freedom` degrees, and the pseudo-models' variance. */
function deviation(sum: number, freedom: number, pseudoVariance: number): number {
  const known = Math.max(0, freedom);
  return Math.max(leastDeviation, Math.sqrt((sum + pseudoModels * pseudoVariance) / (known + pseudoModels)));
}
