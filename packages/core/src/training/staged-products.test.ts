import { describe, expect, it } from "vitest";
import { expectClose } from "../kernels/contract/expect-close.js";
import { matmulTwin, transposed } from "../kernels/contract/float64-twins.js";
import { randomArrays } from "../kernels/contract/random-arrays.js";
import { wasmTrainingBackend } from "../wasm/training.js";
import { stagedProducts } from "./staged-products.js";
import { jsTrainingBackend } from "./training-backend.js";

const wasm = wasmTrainingBackend()!;
const shapes = [
  [1, 1, 1],
  [3, 5, 2],
  [13, 64, 24],
  // past one block of rows, of each product
  [1030, 7, 5],
  [5, 2050, 3],
] as const;

describe.each(["matmul", "matmulTransposedA", "matmulTransposedB"] as const)("%s of the heap", (name) => {
  it.each(shapes)(
    "agrees with its float64 twin at (%i, %i, %i), replacing and accumulating",
    (rows, inner, columns) => {
      const products = stagedProducts(wasm);
      const draw = randomArrays(41);
      const [a, b] = [draw(rows * inner), draw(inner * columns)];
      const plainA = name === "matmulTransposedA" ? transposed(a, inner, rows) : a;
      const plainB = name === "matmulTransposedB" ? transposed(b, columns, inner) : b;
      const expected = matmulTwin(plainA, plainB, rows, inner, columns);
      const magnitudes = matmulTwin(plainA.map(Math.abs), plainB.map(Math.abs), rows, inner, columns);
      const out = new Float32Array(rows * columns + 2).fill(7);
      products[name](out, a, b, rows, inner, columns);
      expectClose(out, expected, 4e-7, magnitudes);
      products[name](out, a, b, rows, inner, columns, true);
      expectClose(
        out,
        expected.map((value) => 2 * value),
        4e-7,
        magnitudes.map((value) => 2 * value),
      );
      expect([...out.subarray(rows * columns)]).toEqual([7, 7]);
    },
  );

  it("keeps its room for products of other shapes, and their bits", () => {
    const products = stagedProducts(wasm);
    const draw = randomArrays(42);
    const [a, b] = [draw(90 * 40), draw(40 * 90)];
    const resultOf = (rows: number, inner: number, columns: number): Float32Array => {
      const out = new Float32Array(rows * columns);
      products[name](out, a, b, rows, inner, columns);
      return out;
    };
    const first = resultOf(7, 11, 13);
    resultOf(90, 40, 90);
    expect(resultOf(7, 11, 13)).toEqual(first);
  });

  it("names what is too short", () => {
    const run = () =>
      stagedProducts(wasm)[name](new Float32Array(4), new Float32Array(3), new Float32Array(4), 2, 2, 2);
    expect(run).toThrow(`${name}: a: length is 3, expected at least 4`);
  });

  it("is that of js where the backend is", () => {
    expect(stagedProducts(jsTrainingBackend)[name]).toBe(jsTrainingBackend[name]);
  });
});
