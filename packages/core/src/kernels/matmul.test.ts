import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { expectClose } from "./contract/expect-close.js";
import { randomArrays } from "./contract/random-arrays.js";
import { matmul, matmulTransposedA, matmulTransposedB } from "./matmul.js";

describe("matmul", () => {
  it("agrees with a product worked out by hand", () => {
    // [1 2 3]   [ 7  8]   [1·7 + 2·9 + 3·11   1·8 + 2·10 + 3·12]   [ 58  64]
    // [4 5 6] · [ 9 10] = [4·7 + 5·9 + 6·11   4·8 + 5·10 + 6·12] = [139 154]
    //           [11 12]
    const a = Float32Array.of(1, 2, 3, 4, 5, 6);
    const b = Float32Array.of(7, 8, 9, 10, 11, 12);
    const out = new Float32Array(4);
    matmul(out, a, b, 2, 3, 2);
    expect(Array.from(out)).toEqual([58, 64, 139, 154]);

    // the same numbers through the transposed storage of either factor
    matmulTransposedB(out, a, Float32Array.of(7, 9, 11, 8, 10, 12), 2, 3, 2);
    expect(Array.from(out)).toEqual([58, 64, 139, 154]);
    matmulTransposedA(out, Float32Array.of(1, 4, 2, 5, 3, 6), b, 2, 3, 2);
    expect(Array.from(out)).toEqual([58, 64, 139, 154]);
  });

  it("adds to what is there when it accumulates", () => {
    const out = Float32Array.of(100);
    matmul(out, Float32Array.of(2, 3), Float32Array.of(5, 7), 1, 2, 1, true);
    // 100 + 2·5 + 3·7
    expect(out[0]).toBe(131);
  });

  it("sums in double precision: small terms survive beside large ones that cancel", () => {
    // 10⁸ + 1 − 10⁸ = 1; in float32 10⁸ + 1 is 10⁸ and the sum 0
    for (const rows of [1, 16]) {
      const out = new Float32Array(rows);
      const a = Float32Array.from({ length: rows * 3 }, (_, i) => [1e8, 1, -1e8][i % 3]);
      matmul(out, a, Float32Array.of(1, 1, 1), rows, 3, 1);
      expect(Array.from(out)).toEqual(new Array(rows).fill(1));
    }
  });

  it("agrees with ml-matrix", () => {
    const draw = randomArrays(10);
    for (const [rows, inner, columns] of [
      [1, 1, 1],
      [3, 5, 7],
      [20, 33, 18],
      [64, 300, 11],
    ] as const) {
      const [a, b] = [draw(rows * inner), draw(inner * columns)];
      const out = new Float32Array(rows * columns);
      matmul(out, a, b, rows, inner, columns);
      const product = Matrix.from1DArray(rows, inner, a).mmul(Matrix.from1DArray(inner, columns, b));
      expectClose(out, product.to1DArray(), 1e-7, inner);
    }
  });

  it("is linear in its first factor: (x a + y c) b = x a b + y c b", () => {
    // integers, so that float32 is exact and the law holds to the bit; + 0 below turns −0 into 0
    const whole = fc.integer({ min: -50, max: 50 });
    const shape = fc.record({
      rows: fc.integer({ min: 1, max: 15 }),
      inner: fc.nat(9),
      columns: fc.integer({ min: 1, max: 9 }),
    });
    const problem = shape.chain(({ rows, inner, columns }) => {
      const array = (length: number) => fc.array(whole, { minLength: length, maxLength: length });
      return fc.tuple(
        fc.constant([rows, inner, columns] as const),
        array(rows * inner),
        array(rows * inner),
        array(inner * columns),
        whole,
        whole,
      );
    });
    fc.assert(
      fc.property(problem, ([[rows, inner, columns], a, c, b, x, y]) => {
        const factor = Float32Array.from(b);
        const multiply = (left: number[]): Float32Array => {
          const out = new Float32Array(rows * columns);
          matmul(out, Float32Array.from(left), factor, rows, inner, columns);
          return out;
        };
        const [ab, cb] = [multiply(a), multiply(c)];
        const combined = multiply(a.map((value, i) => x * value + y * c[i]));
        combined.forEach((value, i) => {
          expect(value).toBe(x * ab[i] + y * cb[i] + 0);
        });
      }),
    );
  });
});
