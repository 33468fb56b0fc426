import { OneheadError } from "@onehead/core";
import { beforeAll, describe, expect, it } from "vitest";
import { learnableRows, withoutLabels } from "../../test/labelled-rows.js";
import type { QualityPredictor } from "../baseline.js";
import { maskedLogLoss } from "../labels/masked-log-loss.js";
import { fitJointMlp } from "./fit-joint-mlp.js";
import { fitMlpBag } from "./fit-mlp-bag.js";
import { type TunedMlp, tuneJointMlp } from "./tune-joint-mlp.js";

const train = learnableRows({ rows: 600, stream: 1 });
const validation = learnableRows({ rows: 200, stream: 2 });
const test = learnableRows({ rows: 300, stream: 3 });
const lossOf = (predictor: QualityPredictor): number =>
  maskedLogLoss(predictor.predict(test.embeddings), test.table.scores);

describe("fitJointMlp and fitMlpBag", () => {
  let tuned: TunedMlp;
  let single: QualityPredictor;
  let bag: QualityPredictor;
  beforeAll(async () => {
    tuned = await tuneJointMlp(train, validation, { seed: 5 });
    single = await fitJointMlp(train, validation, { seed: 5 }, tuned);
    bag = await fitMlpBag(train, validation, { seed: 5, members: 3 }, tuned);
  });

  it("beat the means by log loss on rows they have not seen, the bag by as much as the single", () => {
    const means = maskedLogLoss(new Float32Array(test.table.scores.length).fill(0.5), test.table.scores);
    expect(lossOf(single)).toBeLessThan(0.85 * means);
    expect(lossOf(bag)).toBeLessThan(1.01 * lossOf(single));
  });

  it("give the same bits for the same seed and others for another", async () => {
    const again = await fitMlpBag(train, validation, { seed: 5, members: 3 });
    expect(again.name).toBe(bag.name);
    expect(again.predict(test.embeddings)).toEqual(bag.predict(test.embeddings));
    const other = await fitJointMlp(train, validation, { seed: 6 });
    expect(other.predict(test.embeddings)).not.toEqual(single.predict(test.embeddings));
  });

  it("make a bag of one the single network", async () => {
    const one = await fitMlpBag(train, validation, { seed: 5, members: 1 }, tuned);
    expect(one.predict(test.embeddings)).toEqual(single.predict(test.embeddings));
  });

  it("predict a row alike alone and among others", () => {
    const all = single.predict(test.embeddings);
    expect(single.predict(test.embeddings.slice(8 * 200, 8 * 201))).toEqual(all.slice(3 * 200, 3 * 201));
  });

  it("predict within [0, 1] far outside", () => {
    const quality = bag.predict(test.embeddings.map((value) => 1e4 * value));
    expect(quality.every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  it("learn from sparse rows", async () => {
    const sparse = learnableRows({ rows: 600, stream: 1, known: 0.4 });
    const means = maskedLogLoss(new Float32Array(test.table.scores.length).fill(0.5), test.table.scores);
    expect(lossOf(await fitJointMlp(sparse, validation, { seed: 5 }))).toBeLessThan(0.95 * means);
  });

  it("stop once aborted", async () => {
    const fitting = fitJointMlp(train, validation, { seed: 5, signal: AbortSignal.abort() });
    await expect(fitting).rejects.toSatisfy((error) => OneheadError.isInstance(error) && error.code === "aborted");
  });

  it("refuse a model without labels and a bag without members", async () => {
    await expect(
      fitJointMlp(
        withoutLabels(train, (_, m) => m === 0),
        validation,
        { seed: 1 },
      ),
    ).rejects.toThrow("model has no score in the training rows: a, expected at least 1 each");
    await expect(fitMlpBag(train, validation, { seed: 1, members: 0 }, tuned)).rejects.toThrow("members is 0");
  });
});
