import { describe, expect, it } from "vitest";
import { expectClose } from "./contract/expect-close.js";
import { randomArrays } from "./contract/random-arrays.js";
import { rbfOfCosines, unitRows } from "./rbf.js";

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
