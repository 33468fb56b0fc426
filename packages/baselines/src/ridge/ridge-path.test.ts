import { createRandom } from "@onehead/core/training";
import { Matrix, solve } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { ridgeDeviations, ridgePath } from "./ridge-path.js";

const unknown = Number.NaN;

describe("ridgePath", () => {
  it("agrees with a line worked out by hand", () => {
    // x = −1, 0, 1 and y = 0, 3, 6: Σ xy = 6, Σ x² = 2, so w = 6 / (2 + penalty); x̄ = 0, ȳ = 3
    const [weak, strong] = ridgePath(Float32Array.of(-1, 0, 1), 1, Float32Array.of(0, 3, 6), 1, [1, 4]);
    expect(weak.weights[0]).toBeCloseTo(2, 5);
    expect(strong.weights[0]).toBeCloseTo(1, 5);
    expect(ridgeDeviations(strong, Float32Array.of(2), 1)[0]).toBeCloseTo(2, 5);
  });

  it("does not penalise the intercept: a shift of the features moves no prediction", () => {
    const targets = Float32Array.of(0, 3, 6);
    const [centred] = ridgePath(Float32Array.of(-1, 0, 1), 1, targets, 1, [4]);
    const [shifted] = ridgePath(Float32Array.of(9, 10, 11), 1, targets, 1, [4]);
    const here = ridgeDeviations(centred, Float32Array.of(-5, 2), 1);
    const there = ridgeDeviations(shifted, Float32Array.of(5, 12), 1);
    here.forEach((value, i) => {
      expect(there[i]).toBeCloseTo(value, 4);
    });
  });

  it("equals ml-matrix's solution of the normal equations on each column's own rows", () => {
    const random = createRandom(11);
    const [R, D, C] = [60, 7, 3];
    const features = Float32Array.from({ length: R * D }, () => random.normal());
    // column 0 and 1 share their rows, column 2 has others
    const targets = Float32Array.from({ length: R * C }, (_, i) =>
      (Math.floor(i / C) + (i % C === 2 ? 1 : 0)) % 3 === 0 ? unknown : random.normal(),
    );
    const [solution] = ridgePath(features, D, targets, C, [2.5]);
    for (let c = 0; c < C; c++) {
      const rows = Array.from({ length: R }, (_, r) => r).filter((r) => !Number.isNaN(targets[r * C + c]));
      const x = new Matrix(rows.map((r) => [...features.subarray(r * D, (r + 1) * D)])).center("column");
      const y = new Matrix(rows.map((r) => [targets[r * C + c]])).center("column");
      const normal = x.transpose().mmul(x).add(Matrix.eye(D, D).mul(2.5));
      const expected = solve(normal, x.transpose().mmul(y)).to1DArray();
      expected.forEach((weight, d) => {
        expect(solution.weights[c * D + d]).toBeCloseTo(weight, 5);
      });
    }
  });

  it("has no slope where a column has one label or none, and none on features that never vary", () => {
    const features = Float32Array.of(1, 5, 2, 5, 3, 5);
    const [solution] = ridgePath(features, 2, Float32Array.of(1, unknown, unknown, unknown, unknown, unknown), 2, [1]);
    expect([...solution.weights]).toEqual([0, 0, 0, 0]);
    const [constant] = ridgePath(Float32Array.of(5, 5, 5), 1, Float32Array.of(0, 1, 1), 1, [1e-3]);
    expect([...constant.weights]).toEqual([0]);
  });

  it("solves duplicated features, whose Gram matrix is singular", () => {
    const random = createRandom(5);
    const values = Array.from({ length: 400 }, () => Math.fround(random.normal()));
    const features = Float32Array.from(values.flatMap((x) => [x, x, x]));
    const [solution] = ridgePath(
      features,
      3,
      Float32Array.from(values, (x) => 3 * x),
      1,
      [1e-6],
    );
    const mean = values.reduce((sum, x) => sum + x, 0) / 400;
    expect(ridgeDeviations(solution, Float32Array.of(1, 1, 1), 3)[0]).toBeCloseTo(3 - 3 * mean, 3);
  });
});
