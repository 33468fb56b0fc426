import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { ShapeError } from "../errors/shape-error.js";
import { attention } from "./attention.js";
import { expectClose } from "./contract/expect-close.js";
import { attentionTwin } from "./contract/float64-twins.js";
import { randomArrays } from "./contract/random-arrays.js";

describe("attention", () => {
  it("agrees with an example worked out by hand", () => {
    // K = 4, so the logits are halved: q·k₁/2 = 2 ln 3 / 2 = ln 3, q·k₂/2 = 0; weights 3 : 1
    // out = ¾ (8, 0) + ¼ (0, 4) = (6, 1)
    const out = new Float32Array(2);
    const weights = new Float32Array(2);
    const q = Float32Array.of(1, 0, 0, 0);
    const k = Float32Array.of(2 * Math.log(3), 9, 9, 9, 0, 5, 5, 5);
    attention(out, weights, q, k, Float32Array.of(8, 0, 0, 4), 1, 2, 4, 2, 1);
    expectClose(weights, [0.75, 0.25], 1e-6);
    expectClose(out, [6, 1], 1e-6);
    // τ = 2: 9 : 1, so 0.9 (8, 0) + 0.1 (0, 4)
    attention(out, weights, q, k, Float32Array.of(8, 0, 0, 4), 1, 2, 4, 2, 2);
    expectClose(out, [7.2, 0.4], 1e-6);
  });

  it("agrees with its float64 twin on every shape", () => {
    const draw = randomArrays(14);
    for (const B of [0, 1, 2, 13, 31]) {
      for (const N of [0, 1, 3, 17, 64]) {
        for (const [K, V] of [
          [1, 1],
          [5, 3],
          [64, 7],
        ] as const) {
          const [q, k, v] = [draw(B * K), draw(N * K), draw(N * V)];
          const out = new Float32Array(B * V).fill(Number.NaN);
          const weights = new Float32Array(B * N).fill(Number.NaN);
          attention(out, weights, q, k, v, B, N, K, V, 1.5);
          const expected = attentionTwin(q, k, v, B, N, K, V, 1.5);
          // a logit is rounded to float32 before the exponential
          expectClose(weights, expected.weights, 2e-6);
          expectClose(out, expected.out, 1e-5);
        }
      }
    }
  });

  it("agrees with an ml-matrix composition", () => {
    const [B, N, K, V] = [6, 11, 16, 5];
    const draw = randomArrays(15);
    const [q, k, v] = [draw(B * K), draw(N * K), draw(N * V)];
    const [out, weights] = [new Float32Array(B * V), new Float32Array(B * N)];
    attention(out, weights, q, k, v, B, N, K, V, 1);
    const logits = Matrix.from1DArray(B, K, q).mmul(Matrix.from1DArray(N, K, k).transpose());
    const powers = logits.div(Math.sqrt(K)).exp();
    const expected = powers.divColumnVector(powers.sum("row"));
    expectClose(weights, expected.to1DArray(), 2e-6);
    expectClose(out, expected.mmul(Matrix.from1DArray(N, V, v)).to1DArray(), 1e-5);
  });

  it("gives convex combinations of the values, and gives a constant value back", () => {
    const value = fc.float({ min: -100, max: 100, noNaN: true });
    const problem = fc.tuple(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 1, max: 8 })).chain(([B, N]) => {
      const array = (length: number) => fc.array(value, { minLength: length, maxLength: length });
      return fc.tuple(fc.constant([B, N] as const), array(B * 3), array(N * 3), array(N));
    });
    fc.assert(
      fc.property(problem, ([[B, N], q, k, v]) => {
        const out = new Float32Array(2 * B);
        const weights = new Float32Array(B * N);
        const values = Float32Array.from({ length: 2 * N }, (_, i) => (i % 2 === 0 ? v[i / 2] : 7));
        attention(out, weights, Float32Array.from(q), Float32Array.from(k), values, B, N, 3, 2, 1);
        for (let b = 0; b < B; b++) {
          const row = weights.subarray(b * N, (b + 1) * N);
          for (const weight of row) expect(weight).toBeGreaterThanOrEqual(0);
          expectClose([row.reduce((sum, weight) => sum + weight, 0)], [1], 1e-6);
          expect(out[2 * b]).toBeGreaterThanOrEqual(Math.min(...v) - 1e-4);
          expect(out[2 * b]).toBeLessThanOrEqual(Math.max(...v) + 1e-4);
          expectClose([out[2 * b + 1]], [7], 1e-5);
        }
      }),
    );
  });

  it("does not depend on the order of keys and values", () => {
    const [B, N, K, V] = [4, 5, 3, 2];
    const draw = randomArrays(16);
    const [q, k, v] = [draw(B * K), draw(N * K), draw(N * V)];
    const reversed = (x: Float32Array, width: number): Float32Array =>
      Float32Array.from(x, (_, i) => x[(N - 1 - Math.floor(i / width)) * width + (i % width)]);
    const [out, other, weights] = [new Float32Array(B * V), new Float32Array(B * V), new Float32Array(B * N)];
    attention(out, weights, q, k, v, B, N, K, V, 1);
    attention(other, weights, q, reversed(k, K), reversed(v, V), B, N, K, V, 1);
    expectClose(other, out, 1e-6);
  });

  it("gives zeros without a key", () => {
    const out = new Float32Array(6).fill(9);
    attention(out, new Float32Array(0), new Float32Array(6), new Float32Array(0), new Float32Array(0), 2, 0, 3, 3, 1);
    expect(Array.from(out)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it.each(["out", "weights", "q", "k", "v"])("names %s when it is too short", (field) => {
    // B = 2, N = 3, K = 4, V = 5
    const lengths = { out: 10, weights: 6, q: 8, k: 12, v: 15 };
    const make = (name: keyof typeof lengths): Float32Array =>
      new Float32Array(lengths[name] - (name === field ? 1 : 0));
    const run = (): void => attention(make("out"), make("weights"), make("q"), make("k"), make("v"), 2, 3, 4, 5, 1);
    expect(run).toThrow(ShapeError);
    expect(run).toThrow(`attention: ${field}: length is`);
  });
});
