import { describe, expect, it } from "vitest";
import { OneheadError } from "../../errors/onehead-error.js";
import type { Backend } from "../backend.js";
import { expectClose } from "./expect-close.js";
import { geluTwin, layerNormTwin, matmulTwin, softmaxRowsTwin, transposed } from "./float64-twins.js";
import { randomArrays } from "./random-arrays.js";

// 1, 2, primes, a multiple of every tile, one past a power of two, and nothing at all
const sizes = [0, 1, 2, 3, 5, 8, 13, 31, 64, 65];
// past the borders of the blocks that a fast product may cut into
const largeProducts = [
  [193, 257, 129],
  [13, 1030, 5],
  [386, 3, 130],
] as const;

const guard = 12345;

/** An output buffer that shows what was not written (NaN) and what was written beyond the shape (`guard`). */
function makeOut(length: number): Float32Array {
  const out = new Float32Array(length + 3).fill(Number.NaN);
  out.fill(guard, length);
  return out;
}

function expectGuarded(out: Float32Array, length: number): void {
  expect(Array.from(out.subarray(length))).toEqual([guard, guard, guard]);
}

function expectShapeError(run: () => void, where: string): void {
  let thrown: unknown;
  try {
    run();
  } catch (error) {
    thrown = error;
  }
  expect(OneheadError.isInstance(thrown) && thrown.code, where).toBe("shape");
  expect((thrown as OneheadError).message).toMatch(new RegExp(`^${where}: length is \\d+, expected at least \\d+$`));
}

/**
 * What every backend must do: agree with the float64 twins on all shapes, keep a row's bits whatever its batch, and
 * treat extremes, aliases and short buffers as the `js` kernels document it.
 *
 * @param tolerance error allowed, as a share of the magnitudes that enter a value; float32 rounding alone is 6·10⁻⁸
 */
export function describeBackendContract(name: string, backend: Backend, tolerance = 2e-7): void {
  describe(`backend contract: ${name}`, () => {
    describeProducts(backend, tolerance);
    describeSoftmax(backend, tolerance);
    describeGelu(backend, tolerance);
    describeLayerNorm(backend, tolerance);
  });
}

/** The three products as one: how each reads its inputs, and where row r of `a` lies. */
function products(backend: Backend) {
  const same = (x: Float32Array): ArrayLike<number> => x;
  return [
    { name: "matmul", run: backend.matmul, plainA: same, plainB: same },
    {
      name: "matmulTransposedB",
      run: backend.matmulTransposedB,
      plainA: same,
      plainB: (b: Float32Array, inner: number, columns: number) => transposed(b, columns, inner),
    },
    {
      name: "matmulTransposedA",
      run: backend.matmulTransposedA,
      plainA: (a: Float32Array, rows: number, inner: number) => transposed(a, inner, rows),
      plainB: same,
    },
  ] as const;
}

function describeProducts(backend: Backend, tolerance: number): void {
  describe.each(products(backend))("$name", ({ name, run, plainA, plainB }) => {
    const shapes: Array<readonly [number, number, number]> = [...largeProducts];
    for (const rows of sizes)
      for (const inner of sizes) for (const columns of sizes) shapes.push([rows, inner, columns]);

    it("agrees with its float64 twin on every shape, replacing and accumulating", () => {
      const draw = randomArrays(1);
      for (const [rows, inner, columns] of shapes) {
        const a = draw(rows * inner);
        const b = draw(inner * columns);
        const [twinA, twinB] = [plainA(a, rows, inner), plainB(b, inner, columns)];
        const expected = matmulTwin(twinA, twinB, rows, inner, columns);
        const magnitudes = matmulTwin(magnitude(twinA), magnitude(twinB), rows, inner, columns);
        const out = makeOut(rows * columns);
        run(out, a, b, rows, inner, columns);
        expectClose(out, expected, tolerance, magnitudes);
        expectGuarded(out, rows * columns);

        const start = draw(rows * columns);
        out.set(start);
        run(out, a, b, rows, inner, columns, true);
        const sum = expected.map((value, i) => value + start[i]);
        expectClose(
          out,
          sum,
          tolerance,
          magnitudes.map((value, i) => value + Math.abs(start[i])),
        );
        expectGuarded(out, rows * columns);
      }
    });

    it("gives a row the same bits alone as in a batch", () => {
      const draw = randomArrays(2);
      for (const [rows, inner, columns] of [
        [1, 7, 3],
        [11, 64, 9],
        [12, 64, 9],
        [13, 1030, 131],
        [200, 20, 4],
      ] as const) {
        const a = draw(rows * inner);
        const b = draw(inner * columns);
        const start = draw(rows * columns);
        const rowMajor = plainA(a, rows, inner);
        for (const accumulate of [false, true]) {
          const batch = start.slice();
          run(batch, a, b, rows, inner, columns, accumulate);
          for (let r = 0; r < rows; r++) {
            const alone = start.slice(r * columns, (r + 1) * columns);
            const row = Float32Array.from({ length: inner }, (_, k) => rowMajor[r * inner + k]);
            run(alone, row, b, 1, inner, columns, accumulate);
            expect(alone).toEqual(batch.slice(r * columns, (r + 1) * columns));
          }
        }
      }
    });

    it.each([1, 2, 3, 12, 13])("spreads a NaN and an infinity over their row or column only (%i rows)", (rows) => {
      const [inner, columns] = [5, 6];
      const a = new Float32Array(rows * inner).fill(1);
      const b = new Float32Array(inner * columns).fill(2);
      // element (row 0, k 2) of a, element (k 1, column 3) of b
      a[name === "matmulTransposedA" ? 2 * rows : 2] = Number.NaN;
      b[name === "matmulTransposedB" ? 3 * inner + 1 : columns + 3] = Number.POSITIVE_INFINITY;
      const out = makeOut(rows * columns);
      run(out, a, b, rows, inner, columns);
      const expected = new Float64Array(rows * columns).fill(2 * inner);
      for (let r = 0; r < rows; r++) expected[r * columns + 3] = Number.POSITIVE_INFINITY;
      expected.fill(Number.NaN, 0, columns);
      expectClose(out, expected, tolerance, 2 * inner);
    });

    it("gives zeros for an inner size of 0 and leaves an accumulated output alone", () => {
      for (const rows of [1, 12, 40]) {
        const out = makeOut(rows * 2);
        run(out, new Float32Array(0), new Float32Array(0), rows, 0, 2);
        expectClose(out, new Float64Array(rows * 2), 0);
        out.fill(7, 0, rows * 2);
        run(out, new Float32Array(0), new Float32Array(0), rows, 0, 2, true);
        expectClose(out, new Float64Array(rows * 2).fill(7), 0);
      }
    });

    it("names the buffer that is too short", () => {
      const make = (length: number): Float32Array => new Float32Array(length);
      expectShapeError(() => run(make(5), make(8), make(12), 2, 4, 3), `${name}: out`);
      expectShapeError(() => run(make(6), make(7), make(12), 2, 4, 3), `${name}: a`);
      expectShapeError(() => run(make(6), make(8), make(11), 2, 4, 3), `${name}: b`);
    });
  });
}

function magnitude(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values, Math.abs);
}

function describeSoftmax(backend: Backend, tolerance: number): void {
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

function describeGelu(backend: Backend, tolerance: number): void {
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

function describeLayerNorm(backend: Backend, tolerance: number): void {
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
