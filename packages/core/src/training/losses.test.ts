import { describe, expect, it } from "vitest";
import { centralDifferences } from "../kernels/contract/central-differences.js";
import { expectClose } from "../kernels/contract/expect-close.js";
import { randomArrays } from "../kernels/contract/random-arrays.js";
import { maskedBinaryCrossEntropy, maskedHuber } from "./losses.js";

const unknown = Number.NaN;

describe("maskedBinaryCrossEntropy", () => {
  it("agrees with an example worked out by hand", () => {
    // σ(0) = ½: −ln ½ = ln 2 whatever the score; σ(ln 3) = ¾ against 1: −ln ¾ = ln 4/3; the third is unknown
    const dLogits = new Float32Array(3);
    const logits = Float32Array.of(0, Math.log(3), 5);
    const result = maskedBinaryCrossEntropy(dLogits, logits, Float32Array.of(0, 1, unknown), 3, 8);
    expect(result.labels).toBe(2);
    expectClose([result.loss], [Math.log(2) + Math.log(4 / 3)], 1e-7);
    // 8 (½ − 0), 8 (¾ − 1), none
    expectClose(dLogits, [4, -2, 0], 1e-6);
  });

  it("has the gradients of central differences of −s ln σ − (1 − s) ln(1 − σ)", () => {
    const logits = randomArrays(30)(50).map((z) => 3 * z);
    const targets = Float32Array.from({ length: 50 }, (_, i) => (i % 5 === 3 ? unknown : (i % 7) / 6));
    const point = Float64Array.from(logits);
    const loss = (): number =>
      point.reduce((sum, z, i) => {
        const [s, p] = [targets[i], 1 / (1 + Math.exp(-z))];
        return Number.isNaN(s) ? sum : sum - s * Math.log(p) - (1 - s) * Math.log(1 - p);
      }, 0);
    const dLogits = new Float32Array(50);
    const result = maskedBinaryCrossEntropy(dLogits, logits, targets, 50, 0.25);
    expectClose([result.loss], [loss()], 1e-9, result.loss);
    expectClose(
      dLogits,
      centralDifferences(() => 0.25 * loss(), point),
      1e-7,
    );
  });

  it("gives unknown entries exactly no gradient and no loss, whatever their logits", () => {
    const dLogits = new Float32Array(4).fill(9);
    const logits = Float32Array.of(1e30, Number.NaN, Number.NEGATIVE_INFINITY, 0);
    const result = maskedBinaryCrossEntropy(dLogits, logits, new Float32Array(4).fill(unknown), 4, 1);
    expect(result).toEqual({ loss: 0, labels: 0 });
    expect(Array.from(dLogits)).toEqual([0, 0, 0, 0]);
  });

  it("is linear in the logit far out, where the logarithm of σ would overflow", () => {
    const dLogits = new Float32Array(4);
    const logits = Float32Array.of(1000, -1000, 1000, -1000);
    const result = maskedBinaryCrossEntropy(dLogits, logits, Float32Array.of(0, 1, 1, 0), 4, 1);
    expect(result.loss).toBe(2000);
    expect(Array.from(dLogits, (value) => value + 0)).toEqual([1, -1, 0, 0]);
  });

  it("shows a NaN logit as a NaN loss, so that training can stop", () => {
    const result = maskedBinaryCrossEntropy(new Float32Array(1), Float32Array.of(Number.NaN), Float32Array.of(1), 1, 1);
    expect(result.loss).toBeNaN();
  });

  it("names the buffer that is too short", () => {
    const run = (...lengths: number[]): (() => unknown) => {
      const [dLogits, logits, targets] = lengths.map((length) => new Float32Array(length));
      return () => maskedBinaryCrossEntropy(dLogits, logits, targets, 3, 1);
    };
    expect(run(2, 3, 3)).toThrow("maskedBinaryCrossEntropy: dLogits: length is 2, expected at least 3");
    expect(run(3, 2, 3)).toThrow("maskedBinaryCrossEntropy: logits: length is 2");
    expect(run(3, 3, 2)).toThrow("maskedBinaryCrossEntropy: targets: length is 2");
  });
});

describe("maskedHuber", () => {
  it("agrees with an example worked out by hand", () => {
    // δ = 2; residuals 1, −5, 2, unknown: ½ 1² + 2 (5 − 1) + ½ 2² = 0.5 + 8 + 2
    const dPredictions = new Float32Array(4);
    const targets = Float32Array.of(0, 0, 0, unknown);
    const result = maskedHuber(dPredictions, Float32Array.of(1, -5, 2, 7), targets, 4, 2, 10);
    expect(result).toEqual({ loss: 10.5, labels: 3 });
    expect(Array.from(dPredictions)).toEqual([10, -20, 20, 0]);
  });

  it("has the gradients of central differences", () => {
    const delta = 0.8;
    const draw = randomArrays(31);
    const predictions = draw(60);
    const targets = draw(60).map((value, i) => (i % 4 === 1 ? unknown : value));
    const point = Float64Array.from(predictions);
    const loss = (): number =>
      point.reduce((sum, prediction, i) => {
        if (Number.isNaN(targets[i])) return sum;
        const r = Math.abs(prediction - targets[i]);
        return sum + (r <= delta ? 0.5 * r * r : delta * (r - 0.5 * delta));
      }, 0);
    const dPredictions = new Float32Array(60);
    const result = maskedHuber(dPredictions, predictions, targets, 60, delta, 0.5);
    expect(result.labels).toBe(45);
    expectClose([result.loss], [loss()], 1e-9, result.loss);
    // a central difference across the kink at δ is off by the square of its step
    expectClose(
      dPredictions,
      centralDifferences(() => 0.5 * loss(), point),
      1e-5,
    );
  });

  it("gives unknown entries exactly no gradient, and never more than δ to an outlier", () => {
    const dPredictions = new Float32Array(4).fill(9);
    const predictions = Float32Array.of(Number.NaN, 1e30, 1e30, -1e30);
    const result = maskedHuber(dPredictions, predictions, Float32Array.of(unknown, unknown, 0, 0), 4, 1, 1);
    expect(Array.from(dPredictions)).toEqual([0, 0, 1, -1]);
    expect(result.labels).toBe(2);
  });

  it("names the buffer that is too short", () => {
    const run = (...lengths: number[]): (() => unknown) => {
      const [dPredictions, predictions, targets] = lengths.map((length) => new Float32Array(length));
      return () => maskedHuber(dPredictions, predictions, targets, 3, 1, 1);
    };
    expect(run(2, 3, 3)).toThrow("maskedHuber: dPredictions: length is 2, expected at least 3");
    expect(run(3, 2, 3)).toThrow("maskedHuber: predictions: length is 2");
    expect(run(3, 3, 2)).toThrow("maskedHuber: targets: length is 2");
  });
});
