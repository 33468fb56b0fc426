import { createRandom } from "@onehead/core/training";
import { describe, expect, it } from "vitest";
import { smearingFactors } from "./smearing.js";

const unknown = Number.NaN;
const logs = (...values: number[]): Float32Array => Float32Array.from(values, Math.log);

describe("smearingFactors", () => {
  it("agrees with two models worked out by hand", () => {
    // model 0: Σ y = 1 + 5 = 6 against Σ ŷ = 1 + 2 = 3, ratio 2, of 2 labels; model 1: 3/3 = 1, of 1 label
    // pooled logarithm (2 ln 2 + 1 ln 1)/3 = ⅔ ln 2
    // shrunk: (2 ln 2 + 10·⅔ ln 2)/12 = 13/18 ln 2 and (0 + 10·⅔ ln 2)/11 = 20/33 ln 2
    const outputs = logs(1, 3, 2, 9);
    const targets = Float32Array.of(0, Math.log(3), Math.log(5), unknown);
    const factors = smearingFactors([{ outputs, targets }], 2);
    expect(factors[0]).toBeCloseTo(2 ** (13 / 18), 6);
    expect(factors[1]).toBeCloseTo(2 ** (20 / 33), 6);
  });

  it("is 1 for exact predictions and where nothing is recorded", () => {
    expect([...smearingFactors([{ outputs: logs(1, 2, 3, 4), targets: logs(1, 2, 3, 4) }], 2)]).toEqual([1, 1]);
    expect([...smearingFactors([{ outputs: logs(1, 2), targets: Float32Array.of(unknown, unknown) }], 2)]).toEqual([
      1, 1,
    ]);
    expect([...smearingFactors([], 2)]).toEqual([1, 1]);
  });

  it("gives a model without a label the factor over all models", () => {
    // 100 labels of ratio 3: own and pooled factor are both 3
    const R = 100;
    const outputs = new Float32Array(2 * R);
    const targets = Float32Array.from({ length: 2 * R }, (_, i) => (i % 2 === 0 ? Math.log(3) : unknown));
    const factors = smearingFactors([{ outputs, targets }], 2);
    expect(factors[0]).toBeCloseTo(3, 5);
    expect(factors[1]).toBeCloseTo(3, 5);
  });

  it("takes rows in parts like the same rows in one", () => {
    const outputs = logs(1, 3, 2, 9);
    const targets = logs(2, 3, 5, 8);
    const parts = [0, 2].map((at) => ({ outputs: outputs.slice(at, at + 2), targets: targets.slice(at, at + 2) }));
    expect(smearingFactors(parts, 2)).toEqual(smearingFactors([{ outputs, targets }], 2));
  });

  it("stays within a quarter and four", () => {
    const zeros = new Float32Array(50);
    expect(smearingFactors([{ outputs: zeros, targets: zeros.map(() => 5) }], 1)[0]).toBe(4);
    expect(smearingFactors([{ outputs: zeros, targets: zeros.map(() => -5) }], 1)[0]).toBe(0.25);
  });

  it("makes the mean of the predicted costs right for a log-normal cost", () => {
    // ln y normal with deviation 0.8 around the prediction: E y = exp(0.32) ŷ
    const random = createRandom(1);
    const outputs = Float32Array.from({ length: 20_000 }, () => random.normal());
    const targets = outputs.map((output) => output + 0.8 * random.normal());
    const [factor] = smearingFactors([{ outputs, targets }], 1);
    const sum = (values: Float32Array): number => values.reduce((total, value) => total + Math.exp(value), 0);
    expect((factor * sum(outputs)) / sum(targets)).toBeCloseTo(1, 3);
    expect(Math.abs(factor - Math.exp(0.32))).toBeLessThan(0.1);
  });
});
