import { describe, expect, it } from "vitest";
import { argmaxReward } from "../decision/reward.js";
import { createRandom } from "../random/random.js";
import { calibrateDial } from "./calibrate-dial.js";

const [rows, N] = [300, 4];
const random = createRandom(1);
// dearer candidates are better on the whole, with noise in both
const quality = Float32Array.from({ length: rows * N }, (_, i) => 0.2 + 0.15 * (i % N) + 0.3 * random.uniform());
const costUsd = Float64Array.from({ length: rows * N }, (_, i) => 1e-4 * 4 ** (i % N) * (0.5 + random.uniform()));

function chosen(lambdaUsd: number, costs = costUsd): number[] {
  const preference = { reward: "exponential" as const, lambdaUsd };
  return Array.from({ length: rows }, (_, r) => argmaxReward(preference, quality, costs, N, null, r * N));
}

const meanOf = (values: ArrayLike<number>, choice: number[]): number =>
  choice.reduce((sum, n, r) => sum + values[r * N + n], 0) / rows;

describe("calibrateDial", () => {
  it("has the cheapest at one end and the best at the other, for 99 % of the rows", () => {
    const { minLambdaUsd, maxLambdaUsd } = calibrateDial(quality, costUsd, rows, N);
    const agreement = (a: number[], b: number[]): number => a.filter((n, r) => n === b[r]).length / rows;
    const [cheapest, best] = [chosen(Number.MIN_VALUE), chosen(Number.POSITIVE_INFINITY)];
    expect(agreement(chosen(minLambdaUsd), cheapest)).toBeGreaterThanOrEqual(0.99);
    expect(agreement(chosen(maxLambdaUsd), best)).toBeGreaterThanOrEqual(0.99);
    // and no more of it than needed: a step of the grid (10^(12/160), a fifth) further in, fewer agree
    const step = 10 ** (12 / 160);
    expect(agreement(chosen(minLambdaUsd * step), cheapest)).toBeLessThan(0.99);
    expect(agreement(chosen(maxLambdaUsd / step), best)).toBeLessThan(0.99);
  });

  it("makes a dial that never lowers mean cost or mean quality when it is turned up", () => {
    const { minLambdaUsd, maxLambdaUsd } = calibrateDial(quality, costUsd, rows, N);
    expect(minLambdaUsd).toBeLessThan(maxLambdaUsd);
    let [cost, mean] = [0, 0];
    for (let t = 0; t <= 10; t += 0.5) {
      const choice = chosen(minLambdaUsd * (maxLambdaUsd / minLambdaUsd) ** (t / 10));
      expect(meanOf(costUsd, choice)).toBeGreaterThanOrEqual(cost);
      expect(meanOf(quality, choice)).toBeGreaterThanOrEqual(mean);
      [cost, mean] = [meanOf(costUsd, choice), meanOf(quality, choice)];
    }
  });

  it("scales with the unit of cost", () => {
    const dial = calibrateDial(quality, costUsd, rows, N);
    // a power of two, so that every quotient of cost and λ keeps its bits
    const scaled = calibrateDial(
      quality,
      costUsd.map((cost) => 1024 * cost),
      rows,
      N,
    );
    expect(scaled.minLambdaUsd / dial.minLambdaUsd).toBeCloseTo(1024, 6);
    expect(scaled.maxLambdaUsd / dial.maxLambdaUsd).toBeCloseTo(1024, 6);
  });

  it("does not reach down to where the noise of equal costs decides, free models' included", () => {
    for (const [usd, noise] of [
      [1e-9, 0.1],
      [0.002, 1e-4],
    ]) {
      const noisy = Float64Array.from({ length: rows * N }, () => usd * (1 + noise * random.normal()));
      const { minLambdaUsd, maxLambdaUsd } = calibrateDial(quality, noisy, rows, N);
      const best = chosen(Number.POSITIVE_INFINITY, noisy);
      expect(chosen(minLambdaUsd, noisy)).toEqual(best);
      expect(chosen(maxLambdaUsd, noisy)).toEqual(best);
    }
  });

  it("starts with the best of the free models where others cost something", () => {
    const some = costUsd.map((cost, i) => (i % N < 2 ? 1e-9 * (1 + 1e-4 * random.normal()) : cost));
    const { minLambdaUsd, maxLambdaUsd } = calibrateDial(quality, some, rows, N);
    const bestOfFree = Array.from({ length: rows }, (_, r) => (quality[r * N] > quality[r * N + 1] ? 0 : 1));
    const low = chosen(minLambdaUsd, some);
    expect(low.filter((n, r) => n === bestOfFree[r]).length / rows).toBeGreaterThanOrEqual(0.99);
    expect(chosen(maxLambdaUsd, some)).not.toEqual(low);
  });

  it.each([
    ["no rows", [], [], 0, 2],
    ["one candidate", [0.5, 0.7], [0.1, 0.2], 2, 1],
    ["no known cost", [0.5, 0.7], [Number.NaN, Number.NaN], 1, 2],
    ["free candidates", [0.5, 0.7], [0, 0], 1, 2],
    ["a candidate of infinite cost", [0.5, 0.7], [0.1, Number.POSITIVE_INFINITY], 1, 2],
  ])("gives a rising dial for %s", (_, qualities, costs, R, candidates) => {
    const dial = calibrateDial(Float32Array.from(qualities), Float64Array.from(costs), R, candidates);
    expect(dial.minLambdaUsd).toBeGreaterThan(0);
    expect(dial.maxLambdaUsd).toBeGreaterThan(dial.minLambdaUsd);
    expect(dial.maxLambdaUsd).toBeLessThan(Number.POSITIVE_INFINITY);
  });
});
