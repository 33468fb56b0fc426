import { describe, expect, it } from "vitest";
import { column, labelledRows, learnableRows, withoutLabels } from "../../test/labelled-rows.js";
import type { CostPredictor, LabelledEmbeddings } from "../baseline.js";
import { fitCostPredictor } from "./fit-cost-predictor.js";
import { fitMeanCost } from "./mean-cost.js";

const unknown = Number.NaN;
const train = learnableRows({ rows: 500, stream: 1 });
const validation = learnableRows({ rows: 200, stream: 2 });
const test = learnableRows({ rows: 200, stream: 3 });

const predict = (predictor: CostPredictor, part: LabelledEmbeddings = test): Float64Array =>
  predictor.predict(part.embeddings, part.table.inputTokens);

function meanSquaredLogError(costs: Float64Array, part: LabelledEmbeddings): number {
  return costs.reduce((sum, cost, i) => sum + Math.log(cost / part.table.costs[i]) ** 2, 0) / costs.length;
}

function withCostsOf(part: LabelledEmbeddings, map: (cost: number, model: number) => number): LabelledEmbeddings {
  return { ...part, table: { ...part.table, costs: part.table.costs.map((cost, i) => map(cost, i % 3)) } };
}

describe("fitCostPredictor", () => {
  const predictor = fitCostPredictor(train, validation);

  it("learns what a prompt costs", () => {
    // the noise of the problem is 0.2 in the logarithm: 0.04 squared is the floor
    expect(meanSquaredLogError(predict(predictor), test)).toBeLessThan(0.06);
    expect(meanSquaredLogError(predict(fitMeanCost(train)), test)).toBeGreaterThan(0.5);
  });

  it("is right on the mean of the validation rows, model by model", () => {
    const predicted = predict(predictor, validation);
    for (const m of [0, 1, 2]) {
      const total = column(predicted, 3, m).reduce((a, b) => a + b, 0);
      const recorded = column(validation.table.costs, 3, m).reduce((a, b) => a + b, 0);
      expect(total / recorded).toBeCloseTo(1, 6);
    }
  });

  it("scales with the unit of cost", () => {
    const inCents = fitCostPredictor(
      withCostsOf(train, (cost) => 100 * cost),
      withCostsOf(validation, (cost) => 100 * cost),
    );
    const usd = predict(predictor);
    predict(inCents).forEach((cents, i) => {
      expect(cents / usd[i] / 100).toBeCloseTo(1, 3);
    });
  });

  it("predicts positive, bounded costs however far the prompt lies outside, and without a token count", () => {
    const far = test.embeddings.map((value) => 1e3 * value);
    const greatest = 4 * train.table.costs.reduce((a, b) => Math.max(a, b));
    for (const tokens of [unknown, 0, 2e6]) {
      const costs = predictor.predict(far, new Float64Array(200).fill(tokens));
      expect(costs.every((cost) => cost > 0 && cost <= greatest)).toBe(true);
    }
  });

  it("gives a model with few costs their mean", () => {
    const few = withoutLabels(train, (row, m) => m === 1 && row >= 9);
    const mean =
      column(train.table.costs, 3, 1)
        .slice(0, 9)
        .reduce((a, b) => a + b, 0) / 9;
    for (const cost of column(predict(fitCostPredictor(few, validation)), 3, 1)) expect(cost).toBe(Math.fround(mean));
  });

  it("smears from training rows where validation rows have no cost of a model", () => {
    const partial = fitCostPredictor(
      train,
      withoutLabels(validation, (_, m) => m === 2),
    );
    const total = column(predict(partial, train), 3, 2)
      .slice(0, 200)
      .reduce((a, b) => a + b, 0);
    const recorded = column(train.table.costs, 3, 2)
      .slice(0, 200)
      .reduce((a, b) => a + b, 0);
    expect(total / recorded).toBeCloseTo(1, 6);
  });

  it("is the mean cost where no validation row has a cost", () => {
    const unpriced = withCostsOf(validation, () => unknown);
    expect(predict(fitCostPredictor(train, unpriced))).toEqual(predict(fitMeanCost(train)));
  });

  it("needs no scores, and no validation rows", () => {
    const unscored = (part: LabelledEmbeddings): LabelledEmbeddings => ({
      ...part,
      table: { ...part.table, scores: new Float32Array(part.table.scores.length).fill(unknown) },
    });
    expect(predict(fitCostPredictor(unscored(train), unscored(validation)))).toEqual(predict(predictor));
    const none = { ...validation.table, ids: [], scores: new Float32Array(0), costs: new Float64Array(0) };
    const empty = { ...validation, embeddings: new Float32Array(0), table: none };
    expect(predict(fitCostPredictor(train, empty))).toEqual(predict(fitMeanCost(train)));
  });

  it("stays positive for a free model", () => {
    const free = (part: LabelledEmbeddings): LabelledEmbeddings => withCostsOf(part, (cost, m) => (m === 0 ? 0 : cost));
    const costs = predict(fitCostPredictor(free(train), free(validation)));
    expect(costs.every((cost) => cost > 0)).toBe(true);
    expect(Math.max(...column(costs, 3, 0))).toBeLessThan(1e-8);
  });

  it("names a model without a cost, and refuses tokens of another length", () => {
    const unpriced = withCostsOf(train, (cost, m) => (m === 2 ? unknown : cost));
    expect(() => fitCostPredictor(unpriced, validation)).toThrow("model has no cost in the training rows: c");
    expect(() => predictor.predict(test.embeddings, new Float64Array(3))).toThrow("inputTokens");
    expect(() => fitCostPredictor(labelledRows([{ x: [1], scores: [1] }]), validation)).toThrow("dimensions");
  });
});
