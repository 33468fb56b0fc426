import { describe, expect, it } from "vitest";
import { expectClose } from "./contract/expect-close.js";
import { randomArrays } from "./contract/random-arrays.js";
import { rbfOfCosines, rbfOfProducts, unitRows } from "./rbf.js";

describe("rbfOfCosines", () => {
  it.each([1, 7, 128, 300])("is exp(γ (cos − 1)) for %i values, also in place", (count) => {
    const cosines = randomArrays(count)(count).map((value) => Math.tanh(value));
    for (const sharpness of [0.5, 4, 60]) {
      const expected = Float64Array.from(cosines, (cosine) => Math.exp(sharpness * (cosine - 1)));
      const out = new Float32Array(count);
      rbfOfCosines(out, cosines, count, sharpness);
      expectClose(out, expected, 1e-6);
      const inPlace = cosines.slice();
      rbfOfCosines(inPlace, inPlace, count, sharpness);
      expect(inPlace).toEqual(out);
    }
  });

  it("is 1 for the same direction, keeps a NaN and names a buffer that is too short", () => {
    const out = Float32Array.of(1, Number.NaN);
    rbfOfCosines(out, out, 2, 3);
    expect([...out]).toEqual([1, Number.NaN]);
    expect(() => rbfOfCosines(new Float32Array(1), out, 2, 3)).toThrow("rbfOfCosines: out: length is 1");
    expect(() => rbfOfCosines(out, new Float32Array(1), 2, 3)).toThrow("rbfOfCosines: cosines: length is 1");
  });
});

describe("unitRows", () => {
  it("scales rows to length 1 and leaves a row of zeros", () => {
    const x = Float32Array.of(3, 4, 0, 0, -2, 0);
    unitRows(x, x, 3, 2);
    expectClose(x, [0.6, 0.8, 0, 0, -1, 0], 1e-7);
  });

  it("names a buffer that is too short", () => {
    expect(() => unitRows(new Float32Array(3), new Float32Array(4), 2, 2)).toThrow("unitRows: out: length is 3");
    expect(() => unitRows(new Float32Array(4), new Float32Array(3), 2, 2)).toThrow("unitRows: x: length is 3");
  });
});

describe("rbfOfProducts", () => {
  it.each([
    [1, 1, 3],
    [4, 7, 5],
    [3, 300, 2],
  ])("is exp(−γ |x − a|² / 2) for %i rows and %i centres of %i dimensions", (R, P, K) => {
    const random = randomArrays(R + 10 * P);
    const [x, a] = [random(R * K), random(P * K)];
    const squares = (rows: Float32Array, count: number): Float32Array =>
      Float32Array.from({ length: count }, (_, i) =>
        rows.subarray(i * K, (i + 1) * K).reduce((sum, value) => sum + value * value, 0),
      );
    for (const sharpness of [0.3, 1, 9]) {
      const products = new Float32Array(R * P);
      const expected = new Float64Array(R * P);
      for (let i = 0; i < R * P; i++) {
        let squared = 0;
        for (let k = 0; k < K; k++) {
          const [u, v] = [x[Math.floor(i / P) * K + k], a[(i % P) * K + k]];
          products[i] += u * v;
          squared += (u - v) ** 2;
        }
        expected[i] = Math.exp(-0.5 * sharpness * squared);
      }
      rbfOfProducts(products, squares(x, R), squares(a, P), R, P, sharpness);
      expectClose(products, expected, 2e-5);
    }
  });

  it("is 1 at the centre, also where rounding makes the distance negative, and keeps a NaN", () => {
    const products = Float32Array.of(1.0000001, Number.NaN);
    rbfOfProducts(products, Float32Array.of(1), Float32Array.of(1, 1), 1, 2, 3);
    expect([...products]).toEqual([1, Number.NaN]);
  });

  it("names a buffer that is too short", () => {
    const [one, two] = [new Float32Array(1), new Float32Array(2)];
    expect(() => rbfOfProducts(one, one, two, 1, 2, 1)).toThrow("rbfOfProducts: products: length is 1");
    expect(() => rbfOfProducts(two, one, two, 2, 1, 1)).toThrow("rbfOfProducts: rowSquares: length is 1");
    expect(() => rbfOfProducts(two, one, one, 1, 2, 1)).toThrow("rbfOfProducts: centreSquares: length is 1");
  });
});
