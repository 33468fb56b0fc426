import { matmul } from "@onehead/core";
import { createRandom, jsTrainingBackend } from "@onehead/core/training";
import { wasmTrainingBackend } from "@onehead/core/training/wasm";
import { describe, expect, it } from "vitest";
import { kernelBasis } from "./kernel-basis.js";
import { KernelLogistic, type LogisticState, type ScoredRows, scaledCovariance } from "./kernel-logistic.js";
import { kernelMatrix, unitPoints } from "./kernel-points.js";

const [R, D, P, M] = [600, 3, 20, 3];
const random = createRandom(6);
const embeddings = Float32Array.from({ length: R * D }, () => random.normal());
const points = unitPoints(embeddings, R, D);
const anchors = unitPoints(embeddings.slice(0, P * D), P, D);
const basis = kernelBasis(kernelMatrix(points, anchors, 2), kernelMatrix(anchors, anchors, 2));
const covariance = Float64Array.from([1.5, 1, 1, 1, 1.5, 1, 1, 1, 1.5]);

/** Models 0 and 1 are right where x₀ > 0, model 2 where x₁ > 0; `known` of the scores are there. */
function scoredRows(known: (r: number, m: number) => boolean): ScoredRows {
  const scores = Float32Array.from({ length: R * M }, (_, i) => {
    const r = Math.floor(i / M);
    const x = points.values[r * D + (i % M === 2 ? 1 : 0)];
    const score = random.uniform() < 1 / (1 + Math.exp(-4 * x)) ? 1 : 0;
    return known(r, i % M) ? score : Number.NaN;
  });
  return { models: M, scores, priorMeans: new Float64Array(M) };
}

/** The objective of the doc comment, in float64, with B⁻¹ by Gauss–Jordan. */
function objective({ scores, priorMeans }: ScoredRows, { coefficients, means, prompts }: LogisticState): number {
  const logits = new Float32Array(R * M);
  matmul(logits, basis.rows, coefficients, R, basis.width, M);
  let total = 0;
  for (let i = 0; i < R * M; i++) {
    if (Number.isNaN(scores[i])) continue;
    const z = logits[i] + means[i % M] + prompts[Math.floor(i / M)];
    total += Math.log1p(Math.exp(z)) - scores[i] * z;
  }
  // (a − b)δ + b: its inverse is (δ − b / (a + (M − 1) b)) / (a − b)
  const [a, b] = [1.5, 1];
  for (let q = 0; q < basis.width; q++) {
    const row = coefficients.subarray(q * M, (q + 1) * M);
    const sum = row.reduce((s, value) => s + value, 0);
    for (const value of row) total += (0.5 * value * (value - (b * sum) / (a + (M - 1) * b))) / (a - b);
  }
  for (const b of prompts) total += 0.5 * (b / 0.7) ** 2;
  means.forEach((mean, m) => {
    total += 0.5 * (mean - priorMeans[m]) ** 2;
  });
  return total;
}

describe("a descent", () => {
  it.each([
    ["all scores", () => true],
    ["one score a row", (r: number, m: number) => r % M === m],
    ["a model that every row has beside rare ones", (r: number, m: number) => m === 0 || r % 10 === m],
  ])("ends where no coefficient, mean or difficulty lowers the objective, with %s", (_, known) => {
    const rows = scoredRows(known);
    const regression = new KernelLogistic(basis, rows);
    const found = regression.descend(covariance, regression.start(), 400);
    const least = objective(rows, found);
    expect(least).toBeLessThan(objective(rows, regression.start()));
    for (let trial = 0; trial < 20; trial++) {
      const moved = {
        coefficients: found.coefficients.map((value) => value + 0.1 * random.normal()),
        means: found.means.map((value) => value + 0.1 * random.normal()),
        prompts: found.prompts.map((value) => value + 0.1 * random.normal()),
      };
      expect(objective(rows, moved)).toBeGreaterThan(least);
    }
  });

  it("leaves the state that it starts from as it was, and gives the same bits again", () => {
    const rows = scoredRows(() => true);
    const regression = new KernelLogistic(basis, rows);
    const start = regression.start();
    const copy = structuredClone(start);
    const first = regression.descend(covariance, start, 10);
    expect(start).toEqual(copy);
    expect(regression.descend(covariance, start, 10)).toEqual(first);
    expect(new KernelLogistic(basis, rows).descend(covariance, start, 10)).toEqual(first);
  });
});

describe("on WebAssembly", () => {
  it("a descent comes to the objective that it comes to on js, with more rows than a block, and gives the same bits again", () => {
    for (const known of [() => true, (r: number, m: number) => r % M === m]) {
      const rows = scoredRows(known);
      const [js, wasm] = [jsTrainingBackend, wasmTrainingBackend()!].map(
        (backend) => new KernelLogistic(basis, rows, backend),
      );
      const found = wasm.descend(covariance, wasm.start(), 60);
      const [expected, actual] = [js.descend(covariance, js.start(), 60), found].map((state) => objective(rows, state));
      expect(Math.abs(actual - expected)).toBeLessThan(1e-6 * expected);
      expect(wasm.descend(covariance, wasm.start(), 60)).toEqual(found);
      const covariances = [js, wasm].map((regression) => regression.updateCovariance(covariance, found));
      covariances[0].forEach((value, i) => {
        expect(covariances[1][i]).toBeCloseTo(value, 6);
      });
    }
  });
});

describe("updateCovariance", () => {
  it("finds that models which are right together vary together", () => {
    const rows = scoredRows(() => true);
    let found: Float64Array = covariance;
    const regression = new KernelLogistic(basis, rows);
    let state = regression.start();
    for (let round = 0; round < 8; round++) {
      state = regression.descend(found, state, 20);
      found = regression.updateCovariance(found, state);
    }
    const correlation = (a: number, b: number): number =>
      found[a * M + b] / Math.sqrt(found[a * M + a] * found[b * M + b]);
    expect(correlation(0, 1)).toBeGreaterThan(0.8);
    expect(correlation(0, 1)).toBeGreaterThan(correlation(0, 2) + 0.3);
    expect(found[1]).toBeCloseTo(found[3], 10);
  });
});

describe("scaledCovariance", () => {
  it("is the same at 1 and 1, and scales what is shared and what is apart by their factors", () => {
    const same = scaledCovariance(covariance, M, 1, 1);
    same.forEach((value, i) => {
      expect(value).toBeCloseTo(covariance[i], 12);
    });
    // 1.5 on the diagonal and 1 beside it: eigenvalue 3.5 along (1, 1, 1), ½ across
    const scaled = scaledCovariance(covariance, M, 4, 9);
    const along = (scaled[0] + scaled[1] + scaled[2]) / 3.5;
    expect(along).toBeCloseTo(4, 12);
    expect((scaled[0] - scaled[1]) / 0.5).toBeCloseTo(9, 12);
  });
});
