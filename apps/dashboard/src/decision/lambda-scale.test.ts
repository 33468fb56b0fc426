import { describe, expect, it } from "vitest";
import { fromLambda, lambdaRange, toLambda } from "./lambda-scale.js";

describe("the slider for λ", () => {
  it("runs from a millionth of a dollar to a dollar, evenly in decades", () => {
    expect([0, 1 / 6, 0.5, 1].map(toLambda)).toEqual([1e-6, 1e-5, 1e-3, 1]);
  });

  it("finds the place of a λ again, to the two digits that are kept", () => {
    for (let place = 0; place <= 1; place += 1 / 240) expect(fromLambda(toLambda(place))).toBeCloseTo(place, 2);
  });

  it("stays at its ends for what lies beyond", () => {
    expect(fromLambda(lambdaRange.least / 100)).toBe(0);
    expect(fromLambda(1e9)).toBe(1);
    expect(fromLambda(Number.POSITIVE_INFINITY)).toBe(1);
  });
});
