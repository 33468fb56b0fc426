import { createRandom } from "@onehead/core/training";
import { describe, expect, it } from "vitest";
import { calibrateQuality } from "./calibrate-quality.js";

const random = createRandom(1);
const logits = Float32Array.from({ length: 20_000 }, () => 2 * random.normal());
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

describe("calibrateQuality", () => {
  it.each([
    [1, 0],
    [2.5, 0.4],
    [0.5, -1],
    [4, 2],
  ])("recovers a temperature of %d and a bias of %d from the probabilities themselves", (temperature, bias) => {
    const scores = logits.map((z) => sigmoid(z / temperature + bias));
    const found = calibrateQuality(logits, scores);
    // up to the slight pull towards the identity
    expect(Math.abs(1 / found.temperature - 1 / temperature)).toBeLessThan(0.01);
    expect(Math.abs(found.bias - bias)).toBeLessThan(0.01);
  });

  it.each([
    [500, 5, 1, 0.5],
    [1000, 3, 2, 0.5],
    [200, 6, 0.5, 0.2],
  ])(
    "does not run away from %i logits around %d ± %d of which a share of %d is right",
    (count, mean, deviation, share) => {
      const draws = createRandom(3);
      const sure = Float32Array.from({ length: count }, () => mean + deviation * draws.normal());
      const scores = sure.map(() => Number(draws.uniform() < share));
      const { temperature, bias } = calibrateQuality(sure, scores);
      const lossAt = (slope: number, shift: number): number =>
        sure.reduce(
          (sum, logit, i) => sum + Math.log1p(Math.exp(slope * logit + shift)) - scores[i] * (slope * logit + shift),
          2.5 * ((slope - 1) ** 2 + shift ** 2),
        );
      const slope = 1 / temperature;
      const found = lossAt(slope, bias);
      // far below the identity, and no bias does better beside this slope
      expect(found).toBeLessThan(0.5 * lossAt(1, 0));
      expect((lossAt(slope, bias + 1e-4) - lossAt(slope, bias - 1e-4)) / 2e-4).toBeCloseTo(0, 5);
      expect(slope).toBeGreaterThan(0);
    },
  );

  it("recovers them from right and wrong answers", () => {
    const draws = createRandom(2);
    const scores = logits.map((z) => Number(draws.uniform() < sigmoid(z / 2 - 0.5)));
    const found = calibrateQuality(logits, scores);
    // standard errors about 0.012 and 0.017
    expect(Math.abs(1 / found.temperature - 0.5)).toBeLessThan(0.05);
    expect(Math.abs(found.bias + 0.5)).toBeLessThan(0.07);
  });

  it("is where the slope of the penalised loss vanishes", () => {
    const few = Float32Array.of(2, -1, 0.5, 3);
    const scores = Float32Array.of(0, 1, 1, 1);
    const { temperature, bias } = calibrateQuality(few, scores);
    const loss = (a: number, b: number): number =>
      few.reduce(
        (sum, z, i) => {
          const p = sigmoid(a * z + b);
          return sum - scores[i] * Math.log(p) - (1 - scores[i]) * Math.log(1 - p);
        },
        2.5 * ((a - 1) ** 2 + b ** 2),
      );
    const [a, h] = [1 / temperature, 1e-5];
    expect((loss(a + h, bias) - loss(a - h, bias)) / (2 * h)).toBeCloseTo(0, 6);
    expect((loss(a, bias + h) - loss(a, bias - h)) / (2 * h)).toBeCloseTo(0, 6);
  });

  it("skips unknown scores", () => {
    const known = calibrateQuality(Float32Array.of(1, -2), Float32Array.of(1, 1));
    expect(calibrateQuality(Float32Array.of(1, 50, -2), Float32Array.of(1, Number.NaN, 1))).toEqual(known);
  });

  it("is the identity where no score is known", () => {
    expect(calibrateQuality(new Float32Array(0), new Float32Array(0))).toEqual({ temperature: 1, bias: 0 });
    expect(calibrateQuality(Float32Array.of(3), Float32Array.of(Number.NaN))).toEqual({ temperature: 1, bias: 0 });
  });

  it("stays finite and keeps the order of predictions for scores that contradict them all", () => {
    const { temperature, bias } = calibrateQuality(
      logits,
      logits.map((z) => Number(z < 0)),
    );
    expect(temperature).toBeGreaterThan(0);
    expect(Number.isFinite(temperature) && Number.isFinite(bias)).toBe(true);
  });
});
