import fc from "fast-check";
import { expect, test } from "vitest";
import { jsBackend } from "../kernels/backend.js";
import { fromFloat16Bits, toFloat16Bits } from "./float16.js";
import { keepsInt8, readInt8, toInt8 } from "./int8.js";
import type { Tensor } from "./tensor.js";

const matrix = (rows: number, values: readonly number[]): Tensor => ({
  shape: [rows, values.length / rows],
  data: Float32Array.from(values),
});

/** What a file would give back. */
function stored(tensor: Tensor): Tensor {
  const { cells, scale } = toInt8("x", tensor);
  return readInt8("x", tensor.shape, cells, { shape: [scale.length], data: scale }, jsBackend);
}

/** Any rows that half precision can scale, from its subnormals up. */
const anyMatrix = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 13 })).chain(([rows, columns]) =>
  fc
    .array(fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.integer({ min: -30, max: 15 })), {
      minLength: rows * columns,
      maxLength: rows * columns,
    })
    .map((cells) =>
      matrix(
        rows,
        cells.map(([mantissa, exponent]) => mantissa * 2 ** exponent),
      ),
    ),
);

test("a worked example", () => {
  // row 0: largest 1, scale 128 / 127 = 1.00787 rounded down to 1.0078125; 0.5 · 128 / 1.0078125 = 63.5 → 64 (63.504)
  // row 1: largest 0, scale 0
  const { cells, scale } = toInt8("x", matrix(2, [1, -0.5, 0.002, 0, 0, 0]));
  expect(Array.from(scale)).toEqual([1.0078125, 0]);
  expect(Array.from(cells)).toEqual([127, -64, 0, 0, 0, 0]);
  // 127 · 1.0078125 / 128 and −64 · 1.0078125 / 128, both exact in float32
  expect(Array.from(stored(matrix(2, [1, -0.5, 0.002, 0, 0, 0])).data)).toEqual([
    0.99993896484375, -0.50390625, 0, 0, 0, 0,
  ]);
});

test("a number comes back to half a step, a step being the 128th of the row's scale, itself half precision", () => {
  fc.assert(
    fc.property(anyMatrix, (tensor) => {
      const { scale } = toInt8("x", tensor);
      const back = stored(tensor);
      const columns = tensor.shape[1];
      tensor.data.forEach((value, i) => {
        const s = scale[Math.floor(i / columns)];
        expect(fromFloat16Bits(toFloat16Bits(s))).toBe(s);
        // below half precision's normal numbers scales themselves are 2⁻²⁴ apart
        expect(Math.abs(back.data[i] - value)).toBeLessThanOrEqual(s / 256 + 2 ** -24);
      });
    }),
  );
});

test("what was read is stored again as it was, bit for bit", () => {
  fc.assert(
    fc.property(anyMatrix, (tensor) => {
      const once = stored(tensor);
      expect(stored(once)).toEqual(once);
      expect(toInt8("x", once)).toEqual({ cells: toInt8("x", tensor).cells, scale: toInt8("x", tensor).scale });
      expect(keepsInt8("x", once)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test("the largest of a row is 127, or the row is zero", () => {
  fc.assert(
    fc.property(anyMatrix, (tensor) => {
      const { cells, scale } = toInt8("x", tensor);
      const columns = tensor.shape[1];
      scale.forEach((s, r) => {
        const row = cells.subarray(r * columns, (r + 1) * columns);
        expect(Math.max(...row.map(Math.abs))).toBe(s === 0 ? 0 : 127);
      });
    }),
  );
});

test("a matrix that int8 would change is told apart, by one bit of one number", () => {
  const exact = stored(matrix(2, [0.3, 0.1, -0.2, 5, 6, 7]));
  expect(keepsInt8("x", exact)).toBe(true);
  const other = { ...exact, data: exact.data.slice() };
  new Uint32Array(other.data.buffer)[1] ^= 1;
  expect(keepsInt8("x", other)).toBe(false);
  // −0 would come back as 0, which hashes otherwise
  expect(keepsInt8("x", matrix(1, [0, 0]))).toBe(true);
  expect(keepsInt8("x", matrix(1, [0, -0]))).toBe(false);
  // beyond half precision
  expect(keepsInt8("x", matrix(1, [1e9, 1]))).toBe(false);
});

test.each<[string, Tensor, Tensor | undefined, string]>([
  ["no scales", matrix(2, [1, 2]), undefined, "x.scale: missing"],
  ["integers for scales", matrix(1, [1]), { shape: [1], data: Uint32Array.of(1) }, "x.scale.dtype: U32"],
  ["too few scales", matrix(2, [1, 2]), { shape: [1], data: Float32Array.of(1) }, "x.scale.shape: (1), expected (2)"],
  ["a matrix of scales", matrix(2, [1, 2]), matrix(2, [1, 1]), "x.scale.shape: (2, 1), expected (2)"],
  ["a negative scale", matrix(2, [1, 2]), { shape: [2], data: Float32Array.of(1, -1) }, "x.scale[1]: -1"],
  ["NaN", matrix(2, [1, 2]), { shape: [2], data: Float32Array.of(Number.NaN, 1) }, "x.scale[0]: NaN"],
  ["Infinity", matrix(1, [0]), { shape: [1], data: Float32Array.of(Number.POSITIVE_INFINITY) }, "x.scale[0]: Infinity"],
  ["a cell without its opposite", matrix(1, [0, -128]), { shape: [1], data: Float32Array.of(1) }, "x[1]: -128"],
  [
    "a vector",
    { shape: [2], data: Float32Array.of(1, 2) },
    { shape: [2], data: Float32Array.of(1, 1) },
    "x.shape: (2)",
  ],
])("%s", (_, { shape, data }, scale, message) => {
  expect(() => readInt8("x", shape, Int8Array.from(data), scale, jsBackend)).toThrow(message);
});
