import { argmaxReward } from "../decision/reward.js";

const steps = 161;
// the dial covers the λ between "nearly everybody gets the cheapest" and "nearly everybody gets the best"
const share = 0.99;

/**
 * The two λ that the ends of the 0..10 dial stand for under the exponential reward: the largest at which 99 % of the
 * rows still get their cheapest candidate, and the smallest at which 99 % get their best.
 *
 * @param quality, costUsd (R, N) predictions of validation rows
 */
export function calibrateDial(
  quality: Float32Array,
  costUsd: Float64Array,
  rows: number,
  candidates: number,
): { minLambdaUsd: number; maxLambdaUsd: number } {
  const scale = meanOfKnown(costUsd);
  const lambdaAt = (i: number): number => scale * 10 ** (-6 + (12 * i) / (steps - 1));
  const cheapest = chosenAt(Number.MIN_VALUE, quality, costUsd, rows, candidates);
  const best = chosenAt(Number.POSITIVE_INFINITY, quality, costUsd, rows, candidates);

  let low = 0;
  let high = steps - 1;
  while (
    low < steps - 2 &&
    agreement(chosenAt(lambdaAt(low + 1), quality, costUsd, rows, candidates), cheapest) >= share
  ) {
    low++;
  }
  while (high > low + 1 && agreement(chosenAt(lambdaAt(high - 1), quality, costUsd, rows, candidates), best) >= share) {
    high--;
  }
  return { minLambdaUsd: lambdaAt(low), maxLambdaUsd: lambdaAt(high) };
}

function chosenAt(
  lambdaUsd: number,
  quality: Float32Array,
  costUsd: Float64Array,
  rows: number,
  N: number,
): Int32Array {
  const preference = { reward: "exponential" as const, lambdaUsd };
  return Int32Array.from({ length: rows }, (_, r) => argmaxReward(preference, quality, costUsd, N, null, r * N));
}

function agreement(a: Int32Array, b: Int32Array): number {
  let same = 0;
  for (let i = 0; i < a.length; i++) if (a[i] === b[i]) same++;
  return a.length > 0 ? same / a.length : 1;
}

/** Mean of the finite costs; a tenth of a cent where there are none, so that the dial exists all the same. */
function meanOfKnown(costUsd: Float64Array): number {
  const known = costUsd.filter(Number.isFinite);
  const mean = known.reduce((sum, cost) => sum + cost, 0) / known.length;
  return mean > 0 ? mean : 1e-3;
}
