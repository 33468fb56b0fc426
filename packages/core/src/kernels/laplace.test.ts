import { describe, expect, it } from "vitest";
import { expectClose } from "./contract/expect-close.js";
import { randomArrays } from "./contract/random-arrays.js";
import { laplaceOfProducts } from "./laplace.js";
import { squaredNorms } from "./squared-norms.js";

/** Products and norms of random rows with random centres, and the distances between them. */
function points(R: number, P: number, K: number) {
  const random = randomArrays(R + 10 * P);
  const [x, a] = [random(R * K), random(P * K)];
  const products = new Float32Array(R * P);
  const distances = new Float64Array(R * P);
  for (let i = 0; i < R; i++) {
    for (let j = 0; j < P; j++) {
      let [product, squared] = [0, 0];
      for (let k = 0; k < K; k++) {
        product += x[i * K + k] * a[j * K + k];
        squared += (x[i * K + k] - a[j * K + k]) ** 2;
      }
      products[i * P + j] = product;
      distances[i * P + j] = Math.sqrt(squared);
    }
  }
  const [rowSquares, centreSquares] = [new Float32Array(R), new Float32Array(P)];
  squaredNorms(rowSquares, x, R, K);
  squaredNorms(centreSquares, a, P, K);
  return { products, distances, rowSquares, centreSquares };
}

describe("laplaceOfProducts", () => {
  it.each([
    [1, 1, 3],
    [4, 7, 5],
    [3, 600, 2],
  ])("is exp(−√γ |x − a|) for %i rows and %i centres of %i dimensions", (R, P, K) => {
    for (const sharpness of [0.3, 1, 9]) {
      const { products, distances, rowSquares, centreSquares } = points(R, P, K);
      laplaceOfProducts(products, rowSquares, centreSquares, R, P, sharpness);
      expectClose(
        products,
        distances.map((distance) => Math.exp(-Math.sqrt(sharpness) * distance)),
        2e-5,
      );
    }
  });

  it("is 1 at the centre, also where rounding makes the distance negative, and keeps a NaN", () => {
    const products = Float32Array.of(1.0000001, Number.NaN);
    laplaceOfProducts(products, Float32Array.of(1), Float32Array.of(1, 1), 1, 2, 3);
    expect([...products]).toEqual([1, Number.NaN]);
  });

  it("names a buffer that is too short", () => {
    const [one, two] = [new Float32Array(1), new Float32Array(2)];
    expect(() => laplaceOfProducts(one, one, two, 1, 2, 1)).toThrow("laplaceOfProducts: products: length is 1");
    expect(() => laplaceOfProducts(two, one, two, 2, 1, 1)).toThrow("laplaceOfProducts: rowSquares: length is 1");
    expect(() => laplaceOfProducts(two, one, one, 1, 2, 1)).toThrow("laplaceOfProducts: centreSquares: length is 1");
    expect(() => squaredNorms(one, two, 2, 1)).toThrow("squaredNorms: out: length is 1");
    expect(() => squaredNorms(two, one, 2, 1)).toThrow("squaredNorms: x: length is 1");
  });
});
