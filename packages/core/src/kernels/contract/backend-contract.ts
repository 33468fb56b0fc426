import { describe, expect, it } from "vitest";
import { fromFloat16Bits, toFloat16Bits } from "../../artifact/float16.js";
import { OneheadError } from "../../errors/onehead-error.js";
import type { Backend } from "../backend.js";
import { bindHead } from "../read-heads.js";
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
    describeLinearMaps(backend, tolerance);
    describeHeads(backend, tolerance);
    describeSoftmax(backend, tolerance);
    describeGelu(backend, tolerance);
    describeLayerNorm(backend, tolerance);
    describeNorms(backend, tolerance);
    describeRbf(backend, tolerance);
    describeLogOdds(backend, tolerance);
    describeOutcomes(backend, tolerance);
    describePooling(backend, tolerance);
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

function describeLinearMaps(backend: Backend, tolerance: number): void {
  const { bindLinear, applyLinear } = backend;

  describe("bindLinear and applyLinear", () => {
    it.each(["inner-columns", "columns-inner"] as const)("agree with the float64 twin, weights as %s", (layout) => {
      const draw = randomArrays(21);
      for (const [inner, columns] of [...sizes.flatMap((i) => sizes.map((c) => [i, c])), [300, 200]]) {
        const [weights, bias] = [draw(inner * columns), draw(columns)];
        const plain = layout === "inner-columns" ? weights : transposed(weights, columns, inner);
        for (const own of [null, bias]) {
          const map = bindLinear(weights, inner, columns, layout, own);
          for (const rows of [1, 3, 4, 7, 64, 70]) {
            const x = draw(rows * inner);
            const start = draw(rows * columns);
            const added = (i: number): number => own?.[i % columns] ?? 0;
            const expected = matmulTwin(x, plain, rows, inner, columns).map((value, i) => value + added(i));
            const scale = matmulTwin(magnitude(x), magnitude(plain), rows, inner, columns).map(
              (value, i) => value + Math.abs(added(i)) + Math.abs(start[i]),
            );
            const out = makeOut(rows * columns);
            applyLinear(out, x, map, rows);
            expectClose(out, expected, tolerance, scale);
            out.set(start);
            applyLinear(out, x, map, rows, true);
            expectClose(
              out,
              expected.map((value, i) => value + start[i]),
              tolerance,
              scale,
            );
            expectGuarded(out, rows * columns);
          }
        }
      }
    });

    it("give a row the same bits alone as in a batch, and a column whatever stands beside it", () => {
      const draw = randomArrays(22);
      for (const [rows, inner, columns] of [
        [4, 7, 3],
        [13, 214, 131],
        [67, 64, 24],
      ]) {
        const [x, weights, bias] = [draw(rows * inner), draw(inner * columns), draw(columns)];
        const map = bindLinear(weights, inner, columns, "columns-inner", bias);
        const start = draw(rows * columns);
        for (const accumulate of [false, true]) {
          const batch = start.slice();
          applyLinear(batch, x, map, rows, accumulate);
          for (let r = 0; r < rows; r++) {
            const alone = start.slice(r * columns, (r + 1) * columns);
            applyLinear(alone, x.slice(r * inner, (r + 1) * inner), map, 1, accumulate);
            expect(alone).toEqual(batch.slice(r * columns, (r + 1) * columns));
          }
          for (const c of [0, 1, columns - 1]) {
            const own = bindLinear(weights.slice(c * inner, (c + 1) * inner), inner, 1, "columns-inner", bias.slice(c));
            const column = Float32Array.from({ length: rows }, (_, r) => start[r * columns + c]);
            applyLinear(column, x, own, rows, accumulate);
            expect([...column]).toEqual(Array.from({ length: rows }, (_, r) => batch[r * columns + c]));
          }
        }
      }
    });

    it("keep a NaN and an infinity in their row or column", () => {
      for (const rows of [1, 5]) {
        const weights = new Float32Array(5 * 6).fill(2);
        weights[1 * 6 + 3] = Number.POSITIVE_INFINITY;
        const x = new Float32Array(rows * 5).fill(1);
        x[2] = Number.NaN;
        const out = makeOut(rows * 6);
        applyLinear(out, x, bindLinear(weights, 5, 6, "inner-columns"), rows);
        const expected = new Float64Array(rows * 6).fill(10);
        for (let r = 0; r < rows; r++) expected[r * 6 + 3] = Number.POSITIVE_INFINITY;
        expected.fill(Number.NaN, 0, 6);
        expectClose(out, expected, tolerance, 10);
      }
    });

    it("name the buffer that is too short", () => {
      const make = (length: number): Float32Array => new Float32Array(length);
      const map = bindLinear(make(12), 4, 3, "inner-columns");
      expectShapeError(() => bindLinear(make(11), 4, 3, "inner-columns"), "bindLinear: weights");
      expectShapeError(() => bindLinear(make(12), 4, 3, "columns-inner", make(2)), "bindLinear: bias");
      expectShapeError(() => applyLinear(make(5), make(8), map, 2), "applyLinear: out");
      expectShapeError(() => applyLinear(make(6), make(7), map, 2), "applyLinear: x");
    });
  });
}

function describeHeads(backend: Backend, tolerance: number): void {
  const { readHeads } = backend;

  describe("readHeads", () => {
    const headOf = (draw: (length: number) => Float32Array, H: number, M: number, positive: number) => {
      const [own, bias] = [draw(H * M), draw(M)];
      return { own, bias, head: bindHead(backend, own, H, M, positive, bias) };
    };

    it("agrees with its float64 twin on every shape, replacing and accumulating", () => {
      const draw = randomArrays(31);
      for (const H of [0, 1, 3, 8, 65]) {
        for (const M of [0, 1, 2, 5, 11, 24, 25, 65]) {
          for (const positive of [0, H >> 1, H]) {
            const rows = 5;
            const [quality, cost] = [headOf(draw, H, M, positive), headOf(draw, H, M, H - positive)];
            const [shared, start] = [draw(rows * 2 * H), draw(rows * 2 * M)];
            const expected = Float64Array.from({ length: rows * 2 * M }, (_, i) => {
              const [half, m] = [Math.floor(i / M), i % M];
              const { own, bias, head } = half % 2 === 0 ? quality : cost;
              let sum = bias[m];
              for (let h = 0; h < H; h++) {
                sum += (h < head.positive ? 1 : -1) * Math.max(0, shared[half * H + h] + own[h * M + m]);
              }
              return sum;
            });
            const out = makeOut(rows * 2 * M);
            readHeads(out, shared, quality.head, cost.head, rows);
            expectClose(out, expected, tolerance, 2 + 2 * H);
            out.set(start);
            readHeads(out, shared, quality.head, cost.head, rows, true);
            expectClose(
              out,
              expected.map((value, i) => value + start[i]),
              tolerance,
              3 + 2 * H,
            );
            expectGuarded(out, rows * 2 * M);
          }
        }
      }
    });

    it("hands a NaN on, and names the buffer that is too short", () => {
      const draw = randomArrays(32);
      const { head } = headOf(draw, 3, 2, 2);
      const out = makeOut(4);
      readHeads(out, Float32Array.of(1, Number.NaN, 1, 1, 1, 1), head, head, 1);
      expect(Array.from(out.subarray(0, 4), Number.isNaN)).toEqual([true, true, false, false]);
      expectShapeError(() => readHeads(new Float32Array(3), new Float32Array(6), head, head, 1), "readHeads: out");
      expectShapeError(() => readHeads(new Float32Array(4), new Float32Array(5), head, head, 1), "readHeads: shared");
    });
  });
}

function describeNorms(backend: Backend, tolerance: number): void {
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

function describeRbf(backend: Backend, tolerance: number): void {
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

function describeLogOdds(backend: Backend, tolerance: number): void {
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

function describeOutcomes(backend: Backend, tolerance: number): void {
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

function describePooling(backend: Backend, tolerance: number): void {
  const { poolRows, allocate } = backend;

  describe("poolRows", () => {
    it.each(["float32", "int8", "half"] as const)("agrees with its float64 twin on every shape, rows of %s", (kind) => {
      const draw = randomArrays(81);
      const table = 50;
      for (const width of [1, 3, 4, 16, 64, 96, 100]) {
        // in the backend's own memory, where its kernels are at home
        const floats = allocate(draw(table * width));
        const rows = rowsOf(kind, allocate, floats);
        const numberAt = (i: number): number => (kind === "half" ? fromFloat16Bits(rows[i]) : rows[i]);
        const room = allocate(8);
        const features = new Uint32Array(room.buffer, room.byteOffset, 8);
        features.set([0, 3, 49, 3, 17, 8, 21, 30]);
        for (const count of [0, 1, 3, 4, 5, 8]) {
          const weights = allocate(draw(8));
          const out = allocate(width + 5);
          out.fill(guard);
          poolRows(out, 2, rows, width, features, weights, count);
          const expected = Float64Array.from({ length: width }, (_, j) => {
            let sum = 0;
            for (let i = 0; i < count; i++) sum += weights[i] * numberAt(features[i] * width + j);
            return sum;
          });
          expectClose(out.subarray(2, 2 + width), expected, tolerance, kind === "int8" ? 800 : 8);
          expect([...out.subarray(0, 2), ...out.subarray(2 + width)]).toEqual(new Array(5).fill(guard));
        }
      }
    });

    it("names the buffer that is too short", () => {
      const run = (out: number, features: number, weights: number) => (): void => {
        const rows = new Float32Array(12);
        poolRows(new Float32Array(out), 1, rows, 4, new Uint32Array(features), new Float32Array(weights), 3);
      };
      expectShapeError(run(4, 3, 3), "poolRows: out");
      expectShapeError(run(5, 2, 3), "poolRows: features");
      expectShapeError(run(5, 3, 2), "poolRows: weights");
    });
  });
}

/** Values of −127 to 127 in the memory that `allocate` gives out. */
function rowsOf(
  kind: "float32" | "int8" | "half",
  allocate: Backend["allocate"],
  values: Float32Array,
): Float32Array | Int8Array | Uint16Array {
  if (kind === "float32") return values;
  if (kind === "int8") return int8In(allocate, values);
  const room = allocate(Math.ceil(values.length / 2));
  const halves = new Uint16Array(room.buffer, room.byteOffset, values.length);
  // with numbers below the least normal one, and zeros of both signs
  for (let i = 0; i < halves.length; i++) halves[i] = toFloat16Bits(values[i] * [1, 2 ** -15, 2 ** -24, 0][i % 4]);
  return halves;
}

function int8In(allocate: Backend["allocate"], values: Float32Array): Int8Array {
  const room = allocate(Math.ceil(values.length / 4));
  const bytes = new Int8Array(room.buffer, room.byteOffset, values.length);
  bytes.set(values.map((value) => Math.round(127 * value)));
  return bytes;
}
