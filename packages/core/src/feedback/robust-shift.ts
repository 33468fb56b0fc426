import { assertAtLeast } from "../errors/shape-error.js";

/** Scores at which a source weighs half of one with endless scores: σ² / τ². */
export const halfWeightScores = 50;

// σ², variance of one 0/1 score at an even chance, its largest
const scoreVariance = 0.25;
// τ, standard deviation of sources around the model's true quality, since users differ in what they ask and how they judge:
// 7 points. A larger one lets a source pull harder, a smaller one holds honest sources back (docs/design/feedback.md)
const sourceDeviation = Math.sqrt(scoreVariance / halfWeightScores);
// where the pull of a source stops growing, in its standard errors: Huber's constant, 90 % efficient on normal sources
const huberLimit = 1;

/** Weight of a source with `scores` scores, in [0, 1): n / (n + σ²/τ²), that of a random-effects mean. */
export function sourceWeight(scores: number): number {
  return scores / (scores + halfWeightScores);
}

/**
 * Mean residual of a model over its sources that no single source can carry away: the root μ of
 *
 *   Σ_s w_s · ψ(d_s − μ, c·τ/√w_s + 1/n_s) = w_0 · c·τ · sign μ,   ψ(x, limit) = max(−limit, min(x, limit)),
 *
 * or 0 where the sources together pull by no more than w_0 · c·τ at μ = 0. d_s is the source's mean residual (score −
 * predicted quality), w_s its {@link sourceWeight}. In the sums no weight is above that of the q-th heaviest source, nor above
 * twice the median: a few that flood never outweigh the many. A source pulls by c·τ·√w_s + 1/(n_s + σ²/τ²) at most, whatever
 * it says and however often. τ/√w_s is its standard error; 1/n_s leaves single scores whole, since cutting the rarer of 0
 * and 1 would bias the mean. The rows that the router was trained on hold μ at 0 as hard as w_0 sources can pull (a Laplace
 * prior): small evidence moves nothing, and of a large shift little is held back.
 *
 * @param means   (S) mean residuals in [−1, 1]
 * @param scores  (S) numbers of scores, decayed, above 0
 * @param prior   w_0 above 0
 * @param quorum  q from 1; fewer sources than this give 0
 * @throws ShapeError when a buffer is shorter than `count`
 * Source: Huber 1964 (location with a known scale); DerSimonian and Laird 1986 (weights); Tibshirani 1996 (the prior)
 */
export function robustShift(
  means: ArrayLike<number>,
  scores: ArrayLike<number>,
  count: number,
  prior: number,
  quorum: number,
): number {
  assertAtLeast("robustShift: means", means.length, count);
  assertAtLeast("robustShift: scores", scores.length, count);
  if (count < quorum) return 0;
  const weights = new Float64Array(count);
  for (let s = 0; s < count; s++) weights[s] = sourceWeight(scores[s]);
  const rising = Float64Array.from(weights).sort();
  const heaviest = Math.min(rising[count - quorum], 2 * rising[count >> 1]);
  const limits = new Float64Array(count);
  for (let s = 0; s < count; s++) {
    // by its own weight: who has said much must agree with the others the more closely
    limits[s] = (huberLimit * sourceDeviation) / Math.sqrt(weights[s]) + 1 / scores[s];
    weights[s] = Math.min(weights[s], heaviest);
  }
  const pullAt = (shift: number): number => {
    let pull = 0;
    for (let s = 0; s < count; s++) pull += weights[s] * Math.max(-limits[s], Math.min(means[s] - shift, limits[s]));
    return pull;
  };
  const hold = prior * huberLimit * sourceDeviation;
  const atZero = pullAt(0);
  if (Math.abs(atZero) <= hold) return 0;
  const sign = atZero > 0 ? 1 : -1;
  // the pull falls as the shift grows, so halving finds the root: 2^-25 is what a float32 quality can show
  let low = 0;
  let high = 1;
  for (let step = 0; step < 25; step++) {
    const middle = 0.5 * (low + high);
    if (sign * pullAt(sign * middle) > hold) low = middle;
    else high = middle;
  }
  return sign * 0.5 * (low + high);
}
