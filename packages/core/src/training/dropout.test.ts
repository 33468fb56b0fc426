import { describe, expect, it } from "vitest";
import { createRandom } from "../random/random.js";
import { dropout } from "./dropout.js";

describe("dropout", () => {
  it("drops where the draw is below the rate and scales the rest by 1/(1 − rate)", () => {
    const draws = [0.1, 0.9, 0.2, 0.19];
    const values = Float32Array.of(1, 2, 3, 4);
    const mask = new Float32Array(4);
    dropout(values, mask, 4, 0.2, { uniform: () => draws.shift() as number });
    expect(Array.from(mask)).toEqual([0, 1.25, 1.25, 0]);
    expect(Array.from(values)).toEqual([0, 2.5, 3.75, 0]);
  });

  it("keeps the mean: the mask averages 1", () => {
    const count = 100_000;
    const mask = new Float32Array(count);
    dropout(new Float32Array(count), mask, count, 0.3, createRandom(1));
    // standard error √(0.3/0.7)/√100,000 = 0.002
    expect(mask.reduce((sum, value) => sum + value, 0) / count).toBeCloseTo(1, 2);
  });

  it.each([
    ["no random source", 0.5, null],
    ["a rate of 0", 0, { uniform: () => 0 }],
  ])("leaves the values and sets the mask to ones with %s", (_, rate, random) => {
    const values = Float32Array.of(1, 2, 3);
    const mask = new Float32Array(3).fill(9);
    dropout(values, mask, 2, rate, random);
    expect(Array.from(values)).toEqual([1, 2, 3]);
    expect(Array.from(mask)).toEqual([1, 1, 9]);
  });

  it("names the buffer that is too short", () => {
    expect(() => dropout(new Float32Array(1), new Float32Array(2), 2, 0, null)).toThrow("dropout: values");
    expect(() => dropout(new Float32Array(2), new Float32Array(1), 2, 0, null)).toThrow("dropout: mask");
  });

  it.each([-0.1, 1, Number.NaN])("refuses a rate of %d", (rate) => {
    const run = (): void => dropout(new Float32Array(1), new Float32Array(1), 1, rate, null);
    expect(run).toThrow(`dropout: rate is out of range: ${rate}, expected 0 ≤ rate < 1`);
  });
});
