import { describe, expect, it } from "vitest";
import { maskedLogLoss } from "./masked-log-loss.js";

const unknown = Number.NaN;

describe("maskedLogLoss", () => {
  it("agrees with a mean worked out by hand over known scores", () => {
    // −[ln ½] and −[0.25 ln 0.8 + 0.75 ln 0.2]
    const expected = (Math.log(2) - 0.25 * Math.log(0.8) - 0.75 * Math.log(0.2)) / 2;
    const scores = Float32Array.of(1, unknown, 0.25);
    expect(maskedLogLoss(Float64Array.of(0.5, 0.1, 0.8), scores)).toBeCloseTo(expected, 12);
  });

  it("charges a certainty that fails ln 1000", () => {
    expect(maskedLogLoss(Float32Array.of(0), Float32Array.of(1))).toBeCloseTo(Math.log(1000), 6);
  });

  it("is NaN without a known score", () => {
    expect(maskedLogLoss(Float32Array.of(0.3), Float32Array.of(unknown))).toBeNaN();
  });
});
