import { describe, expect, test } from "vitest";
import { syntheticArtifact } from "../artifact/contract/synthetic-artifact.js";
import type { Candidate, Manifest } from "../artifact/manifest.js";
import { fitCost } from "./fit-cost.js";
import type { NewModelSample } from "./new-model.js";

const { manifest } = syntheticArtifact();
const prices = { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 10 };
const embedding = new Float32Array(6);

/** Columns alpha, beta, delta are counted in tokens, gamma in USD. */
const outputs = (rows: number): { components: Float64Array; costOutputs: Float64Array } => ({
  components: new Float64Array(2 * rows),
  // ln tokens 1, 2, 3 (mean 2, of alpha, beta, delta) and ln USD −7
  costOutputs: Float64Array.from({ length: 4 * rows }, (_, i) => [1, 2, -7, 3][i % 4]),
});
const samplesOf = (count: number, fields: Omit<NewModelSample, "embedding" | "score">): NewModelSample[] =>
  Array.from({ length: count }, () => ({ embedding, score: 1, ...fields }));

test("tokens: the shift is the mean log ratio, shrunk by (noise / shiftDeviation)² pseudo-samples", () => {
  const tokens = Math.exp(2.5);
  const fit = fitCost(manifest, prices, samplesOf(9, { outputTokens: tokens }), outputs(9));
  // 9 residuals of 0.5 over 9 + (0.6 / 0.5)² = 10.44
  expect(fit).toMatchObject({ costKind: "tokens", costRows: 9 });
  expect(fit.costShift).toBeCloseTo(4.5 / 10.44, 12);
  // smearing: ln(Σ tokens / Σ e^{2 + shift}) = 0.5 − shift, shrunk with 10 of the pooled (ln 1.1 + ln 1.2 + ln 1) / 3
  const pooled = (Math.log(1.1) + Math.log(1.2)) / 3;
  expect(Math.log(fit.smearing)).toBeCloseTo((9 * (0.5 - fit.costShift) + 10 * pooled) / 19, 12);
});

test("a bill tells the output tokens where only it is known", () => {
  // 100 · 1 + tokens · 10 = 350 USD a million: 25 tokens
  const billed = fitCost(manifest, prices, samplesOf(3, { inputTokens: 100, costUsd: 350e-6 }), outputs(3));
  const counted = fitCost(manifest, prices, samplesOf(3, { outputTokens: 25 }), outputs(3));
  expect(billed.costShift).toBeCloseTo(counted.costShift, 9);
});

test("without a known length it is the measured models' mean, and says that no sample told", () => {
  expect(fitCost(manifest, prices, samplesOf(5, {}), outputs(5))).toMatchObject({ costRows: 0, costShift: 0 });
  expect(fitCost(manifest, prices, [], outputs(0))).toMatchObject({ costRows: 0, costShift: 0 });
});

test("without a price it is counted in USD, where some measured model is", () => {
  const fit = fitCost(manifest, undefined, samplesOf(4, { costUsd: Math.exp(-6) }), outputs(4));
  expect(fit).toMatchObject({ costKind: "usd", costRows: 4 });
  expect(fit.costShift).toBeCloseTo(4 / (4 + 1.44), 12);
});

describe("a pool in USD alone", () => {
  const inUsd: Manifest = {
    ...manifest,
    candidates: manifest.candidates.slice(0, 4).map((candidate): Candidate => ({ ...candidate, costKind: "usd" })),
  };

  test("prices the samples' tokens", () => {
    const fit = fitCost(inUsd, prices, samplesOf(2, { inputTokens: 100, outputTokens: 25 }), outputs(2));
    const billed = fitCost(inUsd, undefined, samplesOf(2, { costUsd: 350e-6 }), outputs(2));
    expect(fit).toEqual(billed);
  });

  test("needs one sample with a cost", () => {
    const message =
      "addModel: samples: 2, none with costUsd, or inputTokens, outputTokens and prices, expected at least 1";
    expect(() => fitCost(inUsd, prices, samplesOf(2, { outputTokens: 3 }), outputs(2))).toThrow(message);
  });
});

test("a pool in tokens alone needs a price", () => {
  const inTokens: Manifest = { ...manifest, candidates: manifest.candidates.slice(0, 2) };
  expect(() => fitCost(inTokens, undefined, samplesOf(2, { costUsd: 1 }), outputs(2))).toThrow(
    "addModel: prices: undefined",
  );
});
