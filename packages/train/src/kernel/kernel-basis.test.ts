import { matmul, matmulTransposedA } from "@onehead/core";
import { createRandom } from "@onehead/core/training";
import { expect, it } from "vitest";
import { kernelBasis } from "./kernel-basis.js";
import { kernelMatrix, unitPoints } from "./kernel-points.js";

const [R, D, P] = [60, 4, 12];
const random = createRandom(4);
const embeddings = Float32Array.from({ length: R * D }, () => random.normal());
const points = unitPoints(embeddings, R, D);
const anchors = unitPoints(embeddings.slice(0, P * D), P, D);
const kernel = kernelMatrix(points, anchors, 2);
const W = kernelMatrix(anchors, anchors, 2);

it("turns the kernel's norm into the identity and its moments into a diagonal", () => {
  const { width, rows, moments, toAnchors } = kernelBasis(kernel, W);
  expect(width).toBe(P);
  const weighted = new Float32Array(P * width);
  matmul(weighted, W, toAnchors, P, P, width);
  const norm = new Float32Array(width * width);
  matmulTransposedA(norm, toAnchors, weighted, width, P, width);
  const gram = new Float32Array(width * width);
  matmulTransposedA(gram, rows, rows, width, R, width);
  for (let a = 0; a < width; a++) {
    for (let b = 0; b < width; b++) {
      expect(norm[a * width + b]).toBeCloseTo(a === b ? 1 : 0, 2);
      expect(gram[a * width + b]).toBeCloseTo(a === b ? moments[a] : 0, 2);
    }
  }
});

it("gives the same functions: kernel times values at the anchors is rows times coefficients", () => {
  const { width, rows, toAnchors } = kernelBasis(kernel, W);
  const coefficients = Float32Array.from({ length: width }, () => random.normal());
  const values = new Float32Array(P);
  matmul(values, toAnchors, coefficients, P, width, 1);
  const [direct, turned] = [new Float32Array(R), new Float32Array(R)];
  matmul(direct, kernel, values, R, P, 1);
  matmul(turned, rows, coefficients, R, width, 1);
  direct.forEach((value, r) => {
    expect(value).toBeCloseTo(turned[r], 3);
  });
});

it("leaves out what equal anchors repeat", () => {
  const twice = Float32Array.from([...embeddings.slice(0, 3 * D), ...embeddings.slice(0, 3 * D)]);
  const repeated = unitPoints(twice, 6, D);
  const { width, rows } = kernelBasis(kernelMatrix(points, repeated, 2), kernelMatrix(repeated, repeated, 2));
  expect(width).toBe(3);
  expect(rows.every(Number.isFinite)).toBe(true);
});
