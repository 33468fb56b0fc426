import { describe, expect, it } from "vitest";
import { column, labelledRows, learnableRows, withoutLabels } from "../../test/labelled-rows.js";
import { maskedLogLoss } from "../labels/masked-log-loss.js";
import { fitRidge } from "./fit-ridge.js";

describe("fitRidge", () => {
  const train = learnableRows({ rows: 500, stream: 1 });
  const validation = learnableRows({ rows: 200, stream: 2 });
  const test = learnableRows({ rows: 200, stream: 3 });

  it("keeps models apart: the same setting, one model masked, leaves the others as they were", () => {
    const full = fitRidge(train, validation);
    const masked = fitRidge(
      withoutLabels(train, (row, m) => m === 1 && row % 2 === 0),
      validation,
    );
    expect(masked.name).toBe(full.name);
    const before = full.predict(test.embeddings);
    const after = masked.predict(test.embeddings);
    // another group shares no arithmetic with this one, but products of other shapes may round differently
    for (const m of [0, 2]) {
      const expected = column(before, 3, m);
      column(after, 3, m).forEach((value, r) => {
        expect(value).toBeCloseTo(expected[r], 6);
      });
    }
    expect(column(after, 3, 1)).not.toEqual(column(before, 3, 1));
  });

  it("predicts within [0, 1] however far the embedding lies outside", () => {
    const far = test.embeddings.map((value) => 100 * value);
    const quality = fitRidge(train, validation).predict(far);
    expect(quality.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(quality.includes(0) && quality.includes(1)).toBe(true);
  });

  it("is the model's mean where embeddings say nothing", () => {
    const same = { ...train, embeddings: new Float32Array(train.embeddings.length).fill(0.3) };
    const quality = fitRidge(same, validation).predict(test.embeddings);
    const prior = (train.table.scores.filter((_, i) => i % 3 === 0).reduce((a, b) => a + b, 0) + 0.5) / 501;
    expect(new Set(column(quality, 3, 0)).size).toBe(1);
    expect(quality[0]).toBeCloseTo(prior, 6);
  });

  it("keeps a model with one label off certainty", () => {
    const rows = [
      { x: [0, 1], scores: [1, 0] },
      { x: [1, 0], scores: [null, 1] },
    ];
    // (1 + ½) / (1 + 1)
    const quality = fitRidge(labelledRows(rows), labelledRows(rows)).predict(Float32Array.of(4, -4));
    expect(quality[0]).toBeCloseTo(0.75, 6);
  });

  it("beats the means by log loss on rows it has not seen", () => {
    const loss = maskedLogLoss(fitRidge(train, validation).predict(test.embeddings), test.table.scores);
    const means = new Float32Array(test.table.scores.length).fill(0.5);
    expect(loss).toBeLessThan(0.85 * maskedLogLoss(means, test.table.scores));
  });
});
