import { describe, expect, it } from "vitest";
import type { Backend } from "../backend.js";
import { bindHead } from "../read-heads.js";
import { expectClose } from "./expect-close.js";
import { matmulTwin, transposed } from "./float64-twins.js";
import { expectGuarded, expectShapeError, largeProducts, magnitude, makeOut, sizes } from "./guarded.js";
import { randomArrays } from "./random-arrays.js";

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

export function describeProducts(backend: Backend, tolerance: number): void {
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

export function describeLinearMaps(backend: Backend, tolerance: number): void {
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

export function describeHeads(backend: Backend, tolerance: number): void {
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
