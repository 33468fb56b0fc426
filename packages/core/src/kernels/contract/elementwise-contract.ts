import { describe, expect, it } from "vitest";
import type { Backend } from "../backend.js";
import { expectClose } from "./expect-close.js";
import { geluTwin, layerNormTwin, softmaxRowsTwin } from "./float64-twins.js";
import { expectGuarded, expectShapeError, guard, magnitude, makeOut, sizes } from "./guarded.js";
import { randomArrays } from "./random-arrays.js";

export function describeSoftmax(backend: Backend, tolerance: number): void {
  const { softmaxRows } = backend;
  const { NaN: nan, NEGATIVE_INFINITY: masked, POSITIVE_INFINITY: infinity } = Number;

  describe("softmaxRows", () => {
    it("agrees with its float64 twin on every shape, also in place", () => {
      const draw = randomArrays(3);
      for (const rows of sizes) {
        for (const columns of sizes) {
          for (const temperature of [0.1, 1, 7.5]) {
            const x = draw(rows * columns + 3);
            const expected = softmaxRowsTwin(x, rows, columns, temperature);
            const out = makeOut(rows * columns);
            softmaxRows(out, x, rows, columns, temperature);
            expectClose(out, expected, tolerance);
            expectGuarded(out, rows * columns);
            x.fill(guard, rows * columns);
            softmaxRows(x, x, rows, columns, temperature);
            expect(x).toEqual(out);
          }
        }
      }
    });

    it.each([
      ["±1000 logits", [1000, -1000, 1000, 0], [0.5, 0, 0.5, 0]],
      ["the largest floats", [3.4e38, -3.4e38, 0, 1], [1, 0, 0, 0]],
      ["one masked entry", [2, masked, 2, masked], [0.5, 0, 0.5, 0]],
      ["all masked", [masked, masked, masked, masked], [0, 0, 0, 0]],
      ["a NaN", [0, nan, 1, masked], [nan, nan, nan, nan]],
      ["+Infinity", [0, infinity, 1, masked], [nan, nan, nan, nan]],
    ])("handles %s without touching the rows beside it", (_, row, expected) => {
      const x = Float32Array.of(0, 0, 0, 0, ...row, 0, 0, 0, 0);
      const out = makeOut(12);
      softmaxRows(out, x, 3, 4, 1);
      const even = [0.25, 0.25, 0.25, 0.25];
      expectClose(out, [...even, ...expected, ...even], tolerance);
    });

    it("gives a row the same bits alone as in a batch", () => {
      const x = randomArrays(4)(13 * 17);
      const batch = new Float32Array(x.length);
      softmaxRows(batch, x, 13, 17, 3);
      for (let r = 0; r < 13; r++) {
        const alone = new Float32Array(17);
        softmaxRows(alone, x.slice(r * 17, (r + 1) * 17), 1, 17, 3);
        expect(alone).toEqual(batch.slice(r * 17, (r + 1) * 17));
      }
    });

    it("names the buffer that is too short", () => {
      expectShapeError(() => softmaxRows(new Float32Array(5), new Float32Array(6), 2, 3, 1), "softmaxRows: out");
      expectShapeError(() => softmaxRows(new Float32Array(6), new Float32Array(5), 2, 3, 1), "softmaxRows: x");
    });
  });
}

export function describeGelu(backend: Backend, tolerance: number): void {
  const { gelu } = backend;

  describe("gelu", () => {
    it("agrees with its float64 twin for every count, also in place", () => {
      const draw = randomArrays(5);
      for (const count of sizes) {
        const x = draw(count + 3).map((value) => 4 * value);
        const out = makeOut(count);
        gelu(out, x, count);
        const inputs = x.subarray(0, count);
        expectClose(out, geluTwin(inputs), tolerance, magnitude(inputs));
        expectGuarded(out, count);
        x.fill(guard, count);
        gelu(x, x, count);
        expect(x).toEqual(out);
      }
    });

    it("agrees with its float64 twin on a fine grid over [-30, 30]", () => {
      const x = Float32Array.from({ length: 60_001 }, (_, i) => -30 + i / 1000);
      const out = new Float32Array(x.length);
      gelu(out, x, x.length);
      expectClose(out, geluTwin(x), tolerance, magnitude(x));
    });

    it("is 0 and x far out, also where the cubic overflows, and keeps a NaN", () => {
      const out = makeOut(7);
      const x = Float32Array.of(
        -1000,
        1000,
        -3e38,
        3e38,
        Number.NEGATIVE_INFINITY,
        Number.POSITIVE_INFINITY,
        Number.NaN,
      );
      gelu(out, x, 7);
      const expected = [0, 1000, 0, x[3], 0, Number.POSITIVE_INFINITY, Number.NaN];
      expect(Array.from(out.subarray(0, 7), (value) => value + 0)).toEqual(expected);
    });

    it("names the buffer that is too short", () => {
      expectShapeError(() => gelu(new Float32Array(5), new Float32Array(6), 6), "gelu: out");
      expectShapeError(() => gelu(new Float32Array(6), new Float32Array(5), 6), "gelu: x");
    });
  });
}

export function describeLayerNorm(backend: Backend, tolerance: number): void {
  const { layerNorm } = backend;
  const epsilon = 1e-5;

  describe("layerNorm", () => {
    it("agrees with its float64 twin on every shape, also in place", () => {
      const draw = randomArrays(6);
      for (const rows of sizes) {
        for (const columns of sizes) {
          const x = draw(rows * columns + 3);
          const [gain, bias] = [draw(columns), draw(columns)];
          const expected = layerNormTwin(x, gain, bias, rows, columns, epsilon);
          const out = makeOut(rows * columns);
          layerNorm(out, x, gain, bias, rows, columns, epsilon);
          // a value is at most √columns deviations from the mean
          const scale = expected.map(
            (_, i) => Math.sqrt(columns) * Math.abs(gain[i % columns]) + Math.abs(bias[i % columns]),
          );
          expectClose(out, expected, tolerance, scale);
          expectGuarded(out, rows * columns);
          x.fill(guard, rows * columns);
          layerNorm(x, x, gain, bias, rows, columns, epsilon);
          expect(x).toEqual(out);
        }
      }
    });

    it("keeps its digits where the mean is large beside the spread", () => {
      // mean 10⁶, deviations −1, 0, 1: variance 2/3, so ±1/√(2/3) = ±1.2247449
      const out = makeOut(3);
      const ones = new Float32Array(3).fill(1);
      layerNorm(out, Float32Array.of(999_999, 1_000_000, 1_000_001), ones, new Float32Array(3), 1, 3, 0);
      expectClose(out, [-Math.sqrt(1.5), 0, Math.sqrt(1.5)], tolerance, 2);
    });

    it("gives the bias for a constant row, and NaN throughout a row that holds one", () => {
      const out = makeOut(6);
      const bias = Float32Array.of(1, 2, 3);
      const x = Float32Array.of(5, 5, 5, 0, Number.NaN, 1);
      layerNorm(out, x, new Float32Array(3).fill(4), bias, 2, 3, epsilon);
      expectClose(out, [1, 2, 3, Number.NaN, Number.NaN, Number.NaN], tolerance);
    });

    it("gives a row the same bits alone as in a batch", () => {
      const draw = randomArrays(7);
      const x = draw(13 * 17);
      const [gain, bias] = [draw(17), draw(17)];
      const batch = new Float32Array(x.length);
      layerNorm(batch, x, gain, bias, 13, 17, epsilon);
      for (let r = 0; r < 13; r++) {
        const alone = new Float32Array(17);
        layerNorm(alone, x.slice(r * 17, (r + 1) * 17), gain, bias, 1, 17, epsilon);
        expect(alone).toEqual(batch.slice(r * 17, (r + 1) * 17));
      }
    });

    it("names the buffer that is too short", () => {
      const run = (out: number, x: number, gain: number, bias: number): (() => void) => {
        const [o, i, g, b] = [out, x, gain, bias].map((length) => new Float32Array(length));
        return () => layerNorm(o, i, g, b, 2, 3, epsilon);
      };
      expectShapeError(run(5, 6, 3, 3), "layerNorm: out");
      expectShapeError(run(6, 5, 3, 3), "layerNorm: x");
      expectShapeError(run(6, 6, 2, 3), "layerNorm: gain");
      expectShapeError(run(6, 6, 3, 2), "layerNorm: bias");
    });
  });
}

export function describeNorms(backend: Backend, tolerance: number): void {
  const { unitRows, squaredNorms } = backend;

  describe("unitRows and squaredNorms", () => {
    it("agree with their float64 twins on every shape, unitRows also in place", () => {
      const draw = randomArrays(41);
      for (const rows of sizes) {
        for (const columns of sizes) {
          const x = draw(rows * columns + 3);
          const squares = Float64Array.from({ length: rows }, (_, r) =>
            x.subarray(r * columns, (r + 1) * columns).reduce((sum, value) => sum + value * value, 0),
          );
          const expected = Float64Array.from(x.subarray(0, rows * columns), (value, i) => {
            const square = squares[Math.floor(i / columns)];
            return square > 0 ? value / Math.sqrt(square) : value;
          });
          const norms = makeOut(rows);
          squaredNorms(norms, x, rows, columns);
          expectClose(norms, squares, tolerance, 1 + columns);
          expectGuarded(norms, rows);
          const out = makeOut(rows * columns);
          unitRows(out, x, rows, columns);
          expectClose(out, expected, 2 * tolerance);
          expectGuarded(out, rows * columns);
          x.fill(guard, rows * columns);
          unitRows(x, x, rows, columns);
          expect(x).toEqual(out);
        }
      }
    });

    it("unitRows keeps a row of zeros, and scales what is tiny or huge", () => {
      const out = makeOut(6);
      unitRows(out, Float32Array.of(0, 0, 3e-30, 4e-30, 3e30, -4e30), 3, 2);
      expectClose(out, [0, 0, 0.6, 0.8, 0.6, -0.8], 2 * tolerance);
    });

    it("a NaN stays in its row", () => {
      const x = Float32Array.of(1, 0, Number.NaN, 1, 0, 2);
      const [out, norms] = [makeOut(6), makeOut(3)];
      unitRows(out, x, 3, 2);
      squaredNorms(norms, x, 3, 2);
      expect([out[0], out[1], out[4], out[5]]).toEqual([1, 0, 0, 1]);
      expect(Number.isNaN(out[2])).toBe(true);
      expect(Array.from(norms.subarray(0, 3))).toEqual([1, Number.NaN, 4]);
    });

    it("name the buffer that is too short", () => {
      expectShapeError(() => unitRows(new Float32Array(5), new Float32Array(6), 2, 3), "unitRows: out");
      expectShapeError(() => unitRows(new Float32Array(6), new Float32Array(5), 2, 3), "unitRows: x");
      expectShapeError(() => squaredNorms(new Float32Array(1), new Float32Array(6), 2, 3), "squaredNorms: out");
      expectShapeError(() => squaredNorms(new Float32Array(2), new Float32Array(5), 2, 3), "squaredNorms: x");
    });
  });
}

export function describeRbf(backend: Backend, tolerance: number): void {
  const { rbfOfProducts } = backend;

  describe("rbfOfProducts", () => {
    it("agrees with its float64 twin on every shape", () => {
      const draw = randomArrays(51);
      for (const rows of sizes) {
        for (const centres of sizes) {
          for (const sharpness of [0.1, 3, 40]) {
            const products = makeOut(rows * centres);
            products.set(draw(rows * centres));
            const [own, others] = [draw(rows), draw(centres)].map((squares) => squares.map((x) => Math.abs(x) + 1));
            const expected = Float64Array.from(products.subarray(0, rows * centres), (product, i) => {
              const squared = own[Math.floor(i / centres)] + others[i % centres] - 2 * product;
              return Math.exp(-0.5 * sharpness * Math.max(0, squared));
            });
            rbfOfProducts(products, own, others, rows, centres, sharpness);
            // the distance is rounded to float32 before it is multiplied
            expectClose(products, expected, (1 + 2 * sharpness) * tolerance);
            expectGuarded(products, rows * centres);
          }
        }
      }
    });

    it("is 1 where rounding left a distance below 0, 0 far away, and keeps a NaN", () => {
      const products = Float32Array.of(1.0000001, -400, Number.NaN);
      rbfOfProducts(products, Float32Array.of(1), Float32Array.of(1, 1, 1), 1, 3, 1);
      expect([...products]).toEqual([1, 0, Number.NaN]);
    });

    it("names the buffer that is too short", () => {
      const run = (products: number, own: number, others: number) => (): void => {
        const [a, b, c] = [products, own, others].map((length) => new Float32Array(length));
        rbfOfProducts(a, b, c, 2, 3, 1);
      };
      expectShapeError(run(5, 2, 3), "rbfOfProducts: products");
      expectShapeError(run(6, 1, 3), "rbfOfProducts: rowSquares");
      expectShapeError(run(6, 2, 2), "rbfOfProducts: centreSquares");
    });
  });
}

export function describeLogOdds(backend: Backend, tolerance: number): void {
  const { addLogOdds } = backend;

  describe("addLogOdds", () => {
    it("agrees with its float64 twin on every shape, and leaves the columns beside alone", () => {
      const draw = randomArrays(61);
      for (const rows of sizes) {
        for (const columns of sizes) {
          const stride = 2 * columns;
          const start = draw(rows * stride);
          const means = draw(rows * columns).map((x) => Math.min(1, Math.max(0, 0.5 + 0.7 * x)));
          const out = makeOut(start.length);
          out.set(start);
          addLogOdds(out, stride, means, rows, columns, 0.3);
          const expected = Float64Array.from(start, (value, i) => {
            const [r, c] = [Math.floor(i / stride), i % stride];
            const p = Math.min(1 - 2 ** -10, Math.max(2 ** -10, means[r * columns + c]));
            return c < columns ? value + 0.3 * Math.log(p / (1 - p)) : value;
          });
          expectClose(out, expected, tolerance, 3);
          expectGuarded(out, start.length);
        }
      }
    });

    it("holds means within bounds, keeps a NaN, and names the buffer that is too short", () => {
      const out = makeOut(5).fill(0, 0, 5);
      addLogOdds(out, 5, Float32Array.of(0, 1, 0.5, -3, Number.NaN), 1, 5, 1);
      const bound = Math.log(1023);
      expectClose(out, [-bound, bound, 0, -bound, Number.NaN], tolerance, bound);
      expectShapeError(() => addLogOdds(new Float32Array(6), 5, new Float32Array(4), 2, 2, 1), "addLogOdds: out");
      expectShapeError(() => addLogOdds(new Float32Array(7), 5, new Float32Array(3), 2, 2, 1), "addLogOdds: means");
    });
  });
}

export function describeOutcomes(backend: Backend, tolerance: number): void {
  const { readOutcomes } = backend;

  describe("readOutcomes", () => {
    it("agrees with its float64 twin on every shape", () => {
      const draw = randomArrays(71);
      for (const rows of sizes) {
        for (const columns of sizes) {
          const joint = draw(rows * 2 * columns).map((x) => 9 * x);
          const shifts = draw(columns);
          const [quality, outputs] = [makeOut(rows * columns), makeOut(rows * columns)];
          readOutcomes(quality, outputs, joint, shifts, rows, columns);
          const at = (i: number): number => Math.floor(i / columns) * 2 * columns + (i % columns);
          const count = { length: rows * columns };
          const probabilities = Float64Array.from(
            count,
            (_, i) => 1 / (1 + Math.exp(-(joint[at(i)] + shifts[i % columns]))),
          );
          const powers = Float64Array.from(count, (_, i) => Math.exp(joint[at(i) + columns]));
          // a logit of 10 is rounded to 10⁻⁶ before its exponential is taken
          expectClose(quality, probabilities, 4 * tolerance);
          expectClose(outputs, powers, 2 * tolerance, powers);
          expectGuarded(quality, rows * columns);
          expectGuarded(outputs, rows * columns);
        }
      }
    });

    it("reaches 0 and 1 far out, keeps a NaN, and names the buffer that is too short", () => {
      const [quality, outputs] = [makeOut(3), makeOut(3)];
      readOutcomes(
        quality,
        outputs,
        Float32Array.of(-1000, 1000, Number.NaN, -1000, Number.NaN, 0),
        new Float32Array(3),
        1,
        3,
      );
      expectClose(quality, [0, 1, Number.NaN], tolerance);
      expectClose(outputs, [0, Number.NaN, 1], tolerance);
      const run =
        (...lengths: readonly number[]) =>
        (): void => {
          const [a, b, c, d] = lengths.map((length) => new Float32Array(length));
          readOutcomes(a, b, c, d, 2, 3);
        };
      expectShapeError(run(5, 6, 12, 3), "readOutcomes: quality");
      expectShapeError(run(6, 5, 12, 3), "readOutcomes: outputs");
      expectShapeError(run(6, 6, 11, 3), "readOutcomes: joint");
      expectShapeError(run(6, 6, 12, 2), "readOutcomes: shifts");
    });
  });
}
