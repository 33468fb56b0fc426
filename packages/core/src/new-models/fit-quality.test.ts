import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { NewModelPrior } from "../artifact/manifest.js";
import { createRandom } from "../random/random.js";
import { fitQuality } from "./fit-quality.js";

function priorOf(T: number, deviation: number): NewModelPrior {
  return {
    components: T,
    level: { mean: 0, slope: 0, reach: 0, deviation },
    loadings: { mean: new Array<number>(T).fill(0.2), deviation: new Array<number>(T).fill(deviation) },
    noise: 0,
    typical: { inputTokens: 1, outputTokens: 1, meanLogUsd: null },
    cost: { shiftDeviation: 1, noise: 1 },
  };
}

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** n prompts with t of variance 1 and a model's scores on them. */
function draw(
  n: number,
  T: number,
  weights: readonly number[],
  seed: number,
): { t: Float64Array; scores: Float64Array } {
  const random = createRandom(seed);
  const t = Float64Array.from({ length: n * T }, () => random.normal());
  const scores = Float64Array.from({ length: n }, (_, i) => {
    let z = weights[0];
    for (let k = 0; k < T; k++) z += weights[k + 1] * t[i * T + k];
    return random.uniform() < sigmoid(z) ? 1 : 0;
  });
  return { t, scores };
}

/** Σ = Gᵀ G from the lower triangle of G. */
function covarianceOf(spread: readonly number[], P: number): number[][] {
  const G = Array.from({ length: P }, (_, r) =>
    Array.from({ length: P }, (_, c) => (c <= r ? spread[(r * (r + 1)) / 2 + c] : 0)),
  );
  return G[0].map((_, i) => G[0].map((_, j) => G.reduce((sum, row) => sum + row[i] * row[j], 0)));
}

test("without samples it is the prior", () => {
  const { level, loadings, spread } = fitQuality(new Float64Array(0), new Float64Array(0), 0.7, priorOf(2, 0.5));
  expect(level).toBe(0.7);
  expect(loadings).toEqual([0.2, 0.2]);
  // G = diag of the deviations
  expect(spread.map((value) => Number(value.toFixed(12)))).toEqual([0.5, 0, 0.5, 0, 0, 0.5]);
});

test("one right answer at t = 0, by hand", () => {
  // the loading stays; b solves b/d² = 1 − σ(b), d = 1: b = 0.40106, precision 1 + σ(1 − σ) = 1.24022
  const { level, loadings, spread } = fitQuality(Float64Array.of(0), Float64Array.of(1), 0, priorOf(1, 1));
  expect(level).toBeCloseTo(0.401058, 5);
  expect(loadings[0]).toBeCloseTo(0.2, 12);
  expect(spread[0] ** 2).toBeCloseTo(1 / (1 + sigmoid(0.401058) * (1 - sigmoid(0.401058))), 5);
});

test("many samples find the truth whatever the prior says, within what the spread claims", () => {
  const truth = [-0.6, 1.2, -0.4];
  const { t, scores } = draw(20_000, 2, truth, 3);
  const { level, loadings, spread } = fitQuality(t, scores, 3, priorOf(2, 1));
  const covariance = covarianceOf(spread, 3);
  [level, ...loadings].forEach((value, k) => {
    expect(Math.abs(value - truth[k])).toBeLessThan(4 * Math.sqrt(covariance[k][k]));
  });
});

test("the gradient vanishes at the fit, and the covariance inverts the Hessian there", () => {
  fc.assert(
    fc.property(
      fc.nat(1000),
      fc.integer({ min: 1, max: 60 }),
      fc.double({ min: 0.05, max: 20, noNaN: true }),
      (seed, n, d) => {
        const T = 3;
        const P = T + 1;
        const { t, scores } = draw(n, T, [0.5, 1, 0, -2], seed);
        const { level, loadings, spread } = fitQuality(t, scores, -1, priorOf(T, d));
        const w = [level, ...loadings];
        const start = [-1, 0.2, 0.2, 0.2];
        const gradient = w.map((value, k) => (value - start[k]) / d ** 2);
        const hessian = w.map((_, k) => w.map((_, l) => (k === l ? 1 / d ** 2 : 0)));
        for (let i = 0; i < n; i++) {
          const x = [1, ...t.subarray(i * T, (i + 1) * T)];
          const p = sigmoid(x.reduce((sum, value, k) => sum + value * w[k], 0));
          x.forEach((value, k) => {
            gradient[k] += (p - scores[i]) * value;
            x.forEach((other, l) => {
              hessian[k][l] += p * (1 - p) * value * other;
            });
          });
        }
        for (const value of gradient) expect(Math.abs(value)).toBeLessThan(1e-4 * (1 + n));
        const covariance = covarianceOf(spread, P);
        for (let k = 0; k < P; k++) {
          for (let l = 0; l < P; l++) {
            const product = hessian[k].reduce((sum, value, j) => sum + value * covariance[j][l], 0);
            expect(product).toBeCloseTo(k === l ? 1 : 0, 6);
          }
        }
      },
    ),
    { numRuns: 60 },
  );
});

describe("extremes", () => {
  test.each([0, 0.5, 1])("scores of %d only stay within reach of the prior", (score) => {
    const { level, loadings, spread } = fitQuality(
      new Float64Array(400).fill(1),
      new Float64Array(200).fill(score),
      0,
      priorOf(2, 1),
    );
    for (const value of [level, ...loadings, ...spread]) expect(Number.isFinite(value)).toBe(true);
    expect(Math.abs(level)).toBeLessThan(10);
  });

  test("prompts far out do not break it", () => {
    const t = Float64Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 1e3 : -1e3));
    const { loadings } = fitQuality(t, new Float64Array(40).fill(1), 0, priorOf(1, 1));
    expect(Number.isFinite(loadings[0])).toBe(true);
  });
});
