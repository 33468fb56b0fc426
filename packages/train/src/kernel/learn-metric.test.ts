import { createRandom, fitKernelRidge } from "@onehead/core/training";
import { describe, expect, it } from "vitest";
import { kernelMatrix, projectedPoints, unitPoints } from "./kernel-points.js";
import { learnMetric } from "./learn-metric.js";

const [R, D, P] = [400, 5, 40];
const random = createRandom(2);
const embeddings = Float32Array.from({ length: R * D }, () => random.normal());
const points = unitPoints(embeddings, R, D);
const anchors = unitPoints(embeddings.slice(0, P * D), P, D);

/** Metric of a kernel regression of the targets. */
function metricOf(targets: Float32Array) {
  const kernel = kernelMatrix(points, anchors, 1);
  const [values] = fitKernelRidge(kernel, targets, targets.length / R, kernelMatrix(anchors, anchors, 1), [1]);
  return learnMetric(points, anchors, values, 1);
}

/** Squared length of the direction of coordinate d in the metric. */
const reach = (projection: Float32Array, d: number): number =>
  Array.from({ length: D }, (_, k) => projection[k * D + d] ** 2).reduce((sum, square) => sum + square, 0);

describe("learnMetric", () => {
  it("stretches the directions in which the scores change and shrinks the others", () => {
    const targets = Float32Array.from({ length: R * 2 }, (_, i) => {
      const x = points.values.subarray(Math.floor(i / 2) * D);
      return i % 2 === 0 ? x[1] : -2 * x[3];
    });
    const { projection } = metricOf(targets);
    for (const used of [1, 3]) {
      for (const unused of [0, 2, 4]) expect(reach(projection, used)).toBeGreaterThan(1.4 * reach(projection, unused));
    }
  });

  it("keeps the points' spread", () => {
    const { projection, width } = metricOf(Float32Array.from({ length: R }, (_, r) => points.values[r * D]));
    const spread = (values: Float32Array, columns: number): number => {
      let total = 0;
      for (let c = 0; c < columns; c++) {
        const column = Array.from({ length: R }, (_, r) => values[r * columns + c]);
        const mean = column.reduce((sum, value) => sum + value, 0) / R;
        total += column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / R;
      }
      return total;
    };
    const projected = projectedPoints(points, { width, projection });
    expect(spread(projected.values, width)).toBeCloseTo(spread(points.values, D), 3);
  });

  it("is finite where the functions change nowhere", () => {
    const { projection } = learnMetric(points, anchors, new Float32Array(P * 2), 1);
    expect(projection.every(Number.isFinite)).toBe(true);
  });
});
