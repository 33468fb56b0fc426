import { OneheadError } from "@onehead/core";

/**
 * The values of λ at which every router is tried: 0, `count` of geometric progression, Infinity.
 *
 *     λ_i = reference · 10^(−4 + 8 i/(count − 1))   i = 0 .. count − 1
 *
 * Eight decades around the dearest model's mean cost run from "a right answer is worth a ten-thousandth of a call" to ten
 * thousand calls. The ends are exact: 0 takes the cheapest, Infinity the best. A grid relative to the pool makes every
 * figure independent of the unit of cost.
 *
 * @param referenceCostUsd mean cost of the dearest single model, {@link dearestMeanCostUsd}
 * @param count            at least 2
 * @throws OneheadError "invalid-argument" for a reference that is not above 0 (a pool that costs nothing has no trade-off)
 */
export function lambdaGrid(referenceCostUsd: number, count = 65): Float64Array {
  if (!(referenceCostUsd > 0 && Number.isFinite(referenceCostUsd))) {
    throw new OneheadError(
      "invalid-argument",
      `lambdaGrid: referenceCostUsd is not usable: ${referenceCostUsd}, expected a finite cost above 0`,
    );
  }
  if (!(Number.isInteger(count) && count >= 2)) {
    throw new OneheadError("invalid-argument", `lambdaGrid: count is too small: ${count}, expected an integer from 2`);
  }
  const grid = new Float64Array(count + 2);
  for (let i = 0; i < count; i++) grid[i + 1] = referenceCostUsd * 10 ** (-4 + (8 * i) / (count - 1));
  grid[count + 1] = Number.POSITIVE_INFINITY;
  return grid;
}

/**
 * A sweep with one more value, in its place; itself where it has that value.
 *
 * @param lambdaUsd 0 takes the cheapest, Infinity the best
 * @throws OneheadError "invalid-argument" for a λ below 0 or NaN
 */
export function withLambda(lambdasUsd: Float64Array, lambdaUsd: number): Float64Array {
  if (!(lambdaUsd >= 0)) {
    throw new OneheadError("invalid-argument", `withLambda: lambdaUsd: ${lambdaUsd}, expected USD of at least 0`);
  }
  return lambdasUsd.includes(lambdaUsd) ? lambdasUsd : Float64Array.from([...lambdasUsd, lambdaUsd]).sort();
}

/**
 * Highest of the models' mean known costs.
 *
 * @param costsUsd (R, N) USD, NaN where unknown
 * @returns NaN when no cost is known
 */
export function dearestMeanCostUsd(costsUsd: Float64Array, models: number): number {
  const sum = new Float64Array(models);
  const known = new Float64Array(models);
  for (let i = 0; i < costsUsd.length; i++) {
    if (Number.isNaN(costsUsd[i])) continue;
    sum[i % models] += costsUsd[i];
    known[i % models]++;
  }
  let dearest = Number.NaN;
  for (let m = 0; m < models; m++) {
    if (known[m] > 0 && !(sum[m] / known[m] <= dearest)) dearest = sum[m] / known[m];
  }
  return dearest;
}
