import { argmaxReward } from "../decision/reward.js";

const steps = 161;
// the dial covers the λ between "nearly everybody gets the cheapest" and "nearly everybody gets the best"
const share = 0.99;

// costs this close are equal: so little is the noise of a prediction, and no reason to take the worse answer
const equalWithin = 1e-3;
// what a free call is taken to cost, since 0 has no logarithm: two free models differ by less
const freeUsd = 1e-9;

/**
 * The two λ that the ends of the 0..10 dial stand for under the exponential reward: the largest at which 99 % of the
 * rows still get their cheapest candidate, and the smallest at which 99 % get their best.
 *
 * Costs of a row within a thousandth or a nano-dollar of each other count as equal, so that the dial does not reach down to where
 * their noise decides: of equal costs the cheapest candidate is the best one.
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
  const levels = costLevels(costUsd, rows, candidates);
  const chosenAt = (lambdaUsd: number): Int32Array => {
    const preference = { reward: "exponential" as const, lambdaUsd };
    return Int32Array.from({ length: rows }, (_, r) =>
      argmaxReward(preference, quality, levels, candidates, null, r * candidates),
    );
  };
  const cheapest = cheapestOf(quality, levels, rows, candidates);
  const best = chosenAt(Number.POSITIVE_INFINITY);

  let low = 0;
  let high = steps - 1;
  while (low < steps - 2 && agreement(chosenAt(lambdaAt(low + 1)), cheapest) >= share) low++;
  while (high > low + 1 && agreement(chosenAt(lambdaAt(high - 1)), best) >= share) high--;
  return { minLambdaUsd: lambdaAt(low), maxLambdaUsd: lambdaAt(high) };
}

/** (R, N) costs, those of a row that are nearly equal at the lowest of them. */
function costLevels(costUsd: Float64Array, rows: number, N: number): Float64Array {
  const levels = costUsd.slice();
  for (let r = 0; r < rows; r++) {
    const known = Array.from({ length: N }, (_, n) => r * N + n).filter((at) => Number.isFinite(costUsd[at]));
    const order = known.sort((a, b) => costUsd[a] - costUsd[b]);
    for (let k = 1; k < order.length; k++) {
      const below = levels[order[k - 1]];
      if (costUsd[order[k]] <= below * (1 + equalWithin) + freeUsd) levels[order[k]] = below;
    }
  }
  return levels;
}

/** (R) the candidate of least cost, of several the best; −1 without any. */
function cheapestOf(quality: Float32Array, levels: Float64Array, rows: number, N: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, r) => {
    let cheapest = -1;
    for (let n = 0; n < N; n++) {
      const [own, least] = [r * N + n, r * N + cheapest];
      if (!Number.isFinite(levels[own]) || Number.isNaN(quality[own])) continue;
      const isBetter = levels[own] === levels[least] && quality[own] > quality[least];
      if (cheapest < 0 || levels[own] < levels[least] || isBetter) cheapest = n;
    }
    return cheapest;
  });
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
