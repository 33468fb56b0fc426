import { createRandom } from "@onehead/core/training";
import { describe, expect, it } from "vitest";
import { type CostRows, fitKernelCosts, withKernelCosts } from "./fit-kernel-costs.js";
import { kernelMatrix, unitPoints } from "./kernel-points.js";

const [D, P, M, sharpness] = [3, 20, 2, 4];
const random = createRandom(8);
const anchors = unitPoints(
  Float32Array.from({ length: P * D }, () => random.normal()),
  P,
  D,
);

/** Log costs 1 + 2x (model 0) and −x (model 1) of points' first coordinate; the networks say 1 and 0. */
function costRows(rows: number, noise: number): CostRows {
  const points = unitPoints(
    Float32Array.from({ length: rows * D }, () => random.normal()),
    rows,
    D,
  );
  const targets = new Float32Array(rows * M);
  const outputs = new Float32Array(rows * M);
  for (let r = 0; r < rows; r++) {
    const x = points.values[r * D];
    targets.set([1 + 2 * x + noise * random.normal(), -x + noise * random.normal()], r * M);
    outputs[r * M] = 1;
  }
  return { targets, outputs, weights: kernelMatrix(points, anchors, sharpness) };
}

function meanSquaredError(rows: CostRows, values: Float32Array): number {
  const joint = withKernelCosts(rows.outputs, rows.weights, values, M);
  return joint.reduce((sum, output, i) => sum + (output - rows.targets[i]) ** 2, 0) / joint.length;
}

describe("fitKernelCosts", () => {
  it("learns what the networks leave", () => {
    const held = costRows(300, 0.1);
    const values = fitKernelCosts(costRows(400, 0.1), costRows(200, 0.1), anchors, sharpness, M);
    expect(values.length).toBe(P * M);
    expect(meanSquaredError(held, new Float32Array(P * M))).toBeGreaterThan(0.5);
    expect(meanSquaredError(held, values)).toBeLessThan(0.03);
  });

  it("learns from the rows that have a cost", () => {
    const training = costRows(400, 0.1);
    for (let i = 0; i < training.targets.length; i += 3) training.targets[i] = Number.NaN;
    const values = fitKernelCosts(training, costRows(200, 0.1), anchors, sharpness, M);
    expect(meanSquaredError(costRows(300, 0.1), values)).toBeLessThan(0.05);
  });

  it("adds nothing where the validation rows know no cost, or nothing is left to learn", () => {
    const blind = costRows(50, 0.1);
    blind.targets.fill(Number.NaN);
    expect(fitKernelCosts(costRows(100, 0.1), blind, anchors, sharpness, M)).toEqual(new Float32Array(P * M));
    const exact = costRows(60, 0);
    exact.outputs.set(exact.targets);
    expect(fitKernelCosts(costRows(100, 3), exact, anchors, sharpness, M)).toEqual(new Float32Array(P * M));
  });
});
