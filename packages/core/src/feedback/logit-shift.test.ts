import fc from "fast-check";
import { expect, test } from "vitest";
import { logit, qualityBin, qualityBins, toLogitShift } from "./logit-shift.js";

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const histogram = fc
  .array(fc.nat(50), { minLength: qualityBins, maxLength: qualityBins })
  .filter((bins) => bins.some((bin) => bin > 0));
const meanAt = (bins: readonly number[], shift: number): number =>
  bins.reduce((sum, bin, b) => sum + bin * sigmoid(Math.log((b + 0.5) / (qualityBins - b - 0.5)) + shift), 0) /
  bins.reduce((sum, bin) => sum + bin, 0);

test("moves the mean of the counted predictions by what was asked", () => {
  // all in the bin around 0.525: σ(logit 0.525 + δ) = 0.725, so δ = ln(0.725/0.275) − ln(0.525/0.475) = 0.8693
  const bins = new Float64Array(qualityBins);
  bins[qualityBin(0.52)] = 7;
  expect(toLogitShift(bins, 0.2)).toBeCloseTo(0.86931, 4);
});

test("inverts the mean over any histogram wherever a logit of ±8 reaches", () => {
  fc.assert(
    fc.property(histogram, fc.double({ min: -7, max: 7, noNaN: true }), (bins, shift) => {
      const found = toLogitShift(bins, meanAt(bins, shift) - meanAt(bins, 0));
      expect(meanAt(bins, found)).toBeCloseTo(meanAt(bins, shift), 6);
    }),
  );
});

test("has the sign of the shift, 0 for 0, and stops at 8 logits", () => {
  const even = new Float64Array(qualityBins).fill(1);
  expect(toLogitShift(even, 0)).toBe(0);
  expect(toLogitShift(even, 1)).toBeCloseTo(8, 5);
  expect(toLogitShift(even, -1)).toBeCloseTo(-8, 5);
});

test("counts every bin alike where nothing was counted", () => {
  const even = new Float64Array(qualityBins).fill(1);
  expect(toLogitShift(new Float64Array(qualityBins), 0.1)).toBeCloseTo(toLogitShift(even, 0.1), 6);
});

test("a logit is finite at both ends", () => {
  expect(logit(0.5)).toBeCloseTo(0, 12);
  expect(logit(0)).toBeCloseTo(-13.8155, 3);
  expect(logit(1)).toBeCloseTo(13.8155, 3);
});

test("every quality has its bin", () => {
  expect([0, 0.049, 0.05, 0.999, 1].map(qualityBin)).toEqual([0, 0, 1, 19, 19]);
});
