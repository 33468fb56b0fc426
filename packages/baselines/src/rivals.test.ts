import { OneheadError } from "@onehead/core";
import { describe, expect, it } from "vitest";
import { column, labelledRows, learnableRows, withoutLabels } from "../test/labelled-rows.js";
import type { FitOptions, LabelledEmbeddings, QualityPredictor } from "./baseline.js";
import { fitUniRouteKMeans } from "./clusters/fit-uniroute-k-means.js";
import { fitUniRouteMap } from "./clusters/fit-uniroute-map.js";
import { fitEmbedLlm, fitItemResponse, fitRouteLlmFactors } from "./factors/fit-factors.js";
import { fitKernelRidgeRegression } from "./kernel/fit-kernel-ridge.js";
import { maskedLogLoss } from "./labels/masked-log-loss.js";
import { fitSimilarityRanking } from "./pairs/fit-similarity-ranking.js";
import { fitLinearSvr } from "./regressors/fit-linear-svr.js";
import { fitMlpRegressors } from "./regressors/fit-mlp-regressors.js";

type Fit = (
  train: LabelledEmbeddings,
  validation: LabelledEmbeddings,
  options: FitOptions,
) => Promise<QualityPredictor>;

/** Every rival of one shape, with what its held-out log loss may be as a share of that of the means. */
const rivals: ReadonlyArray<readonly [string, Fit, number]> = [
  ["kernel-ridge", fitKernelRidgeRegression, 0.85],
  ["uniroute-k-means", fitUniRouteKMeans, 0.98],
  ["uniroute-map", fitUniRouteMap, 0.95],
  ["embedllm", fitEmbedLlm, 0.85],
  ["irt", fitItemResponse, 0.9],
  ["routellm-mf", fitRouteLlmFactors, 0.99],
  ["routellm-sw", async (train) => fitSimilarityRanking(train), 1.02],
  // medians of 0/1 scores are as good as certain, and certainties that fail are dear
  ["svm", (train, _validation, options) => fitLinearSvr(train, options), 3],
  ["mlp-regressors", (train, _validation, options) => fitMlpRegressors(train, options), 1],
];

const train = learnableRows({ rows: 600, stream: 1 });
const validation = learnableRows({ rows: 200, stream: 2 });
const test = learnableRows({ rows: 400, stream: 3 });
const options = { seed: 3 };

function lossOf(quality: Float32Array): number {
  return maskedLogLoss(quality, test.table.scores);
}

/** Share of prompts and pairs of models of different scores that are ranked right. */
function rankedRight(quality: Float32Array): number {
  let right = 0;
  let pairs = 0;
  for (let start = 0; start < quality.length; start += 3) {
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ]) {
      const better = test.table.scores[start + a] - test.table.scores[start + b];
      if (better === 0) continue;
      pairs++;
      if ((quality[start + a] - quality[start + b]) * better > 0) right++;
    }
  }
  return right / pairs;
}

describe.each(rivals)("%s", (id, fit, most) => {
  it("learns which prompts are hard for whom", async () => {
    const predictor = await fit(train, validation, options);
    expect(predictor.id).toBe(id);
    const quality = predictor.predict(test.embeddings);
    expect(quality.every((value) => value >= 0 && value <= 1)).toBe(true);
    const means = new Float32Array(test.table.scores.length);
    for (let m = 0; m < 3; m++) {
      const scores = column(train.table.scores, 3, m);
      const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
      for (let r = 0; r < means.length / 3; r++) means[r * 3 + m] = mean;
    }
    expect(lossOf(quality)).toBeLessThan(most * lossOf(means));
    expect(rankedRight(quality)).toBeGreaterThan(rankedRight(means) + 0.03);
  });

  it("gives the same bits for the same seed", async () => {
    const [a, b] = [await fit(train, validation, options), await fit(train, validation, options)];
    expect(b.predict(test.embeddings)).toEqual(a.predict(test.embeddings));
  });

  it("learns from sparse rows, in which a score is never read as 0", async () => {
    const sparse = withoutLabels(train, (row, m) => (row + m) % 3 !== 0);
    const quality = (await fit(sparse, validation, options)).predict(test.embeddings);
    const average = quality.reduce((sum, value) => sum + value, 0) / quality.length;
    const truth = test.table.scores.reduce((sum, value) => sum + value, 0) / test.table.scores.length;
    expect(Math.abs(average - truth)).toBeLessThan(0.12);
  });

  it("stays within [0, 1] far outside, and for a handful of rows", async () => {
    const predictor = await fit(train, validation, options);
    const far = predictor.predict(test.embeddings.map((value) => 1e3 * value));
    expect(far.every((value) => value >= 0 && value <= 1)).toBe(true);
    const few = labelledRows([
      { x: [0, 1], scores: [1, 0] },
      { x: [1, 0], scores: [null, 1] },
      { x: [1, 1], scores: [0, 1] },
    ]);
    const tiny = (await fit(few, few, options)).predict(Float32Array.of(1, 2, 0, 0));
    expect(tiny.length).toBe(4);
    expect(tiny.every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  it("names what it cannot learn from or predict", async () => {
    await expect(
      fit(
        withoutLabels(train, (_, m) => m === 1),
        validation,
        options,
      ),
    ).rejects.toThrow("model has no score in the training rows: b");
    const predictor = await fit(train, validation, options);
    expect(() => predictor.predict(new Float32Array(9))).toThrow(/no whole rows/);
    expect(() => predictor.predict(new Float32Array(8).fill(Number.NaN))).toThrow(/not finite/);
  });
});

describe("rivals that train", () => {
  it.each(rivals.filter(([id]) => id !== "routellm-sw"))("%s stops once aborted", async (_id, fit) => {
    const running = fit(train, validation, { seed: 1, signal: AbortSignal.abort() });
    await expect(running).rejects.toSatisfy((error) => OneheadError.isInstance(error) && error.code === "aborted");
  });
});
