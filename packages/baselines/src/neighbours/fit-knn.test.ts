import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { column, labelledRows, learnableRows, withoutLabels } from "../../test/labelled-rows.js";
import { columnMeans } from "../labels/column-means.js";
import { maskedLogLoss } from "../labels/masked-log-loss.js";
import { fitFixedKnn, fitTunedKnn } from "./fit-knn.js";
import { labelNeighbours, shrunkMeans } from "./label-neighbours.js";

describe("fitFixedKnn", () => {
  const train = labelledRows([
    { x: [1, 0], scores: [1, 0] },
    { x: [1, 0.1], scores: [0, 0] },
    { x: [0, 1], scores: [0, 1] },
  ]);

  it("averages the k nearest scores of each model", () => {
    // nearest to (1, 0): rows 0 and 1 → a (1 + 0) / 2, b (0 + 0) / 2
    expect([...fitFixedKnn(train, 2).predict(Float32Array.of(1, 0))]).toEqual([0.5, 0]);
  });

  it("refuses a shared memory that does not hold its size", () => {
    const shared = labelNeighbours(train, [5, 10]);
    expect(() => fitFixedKnn(train, 40, shared).predict(Float32Array.of(1, 0))).toThrow(
      "no neighbourhoods of that size: 40, expected one of 5, 10",
    );
  });

  it("equals every model's mean when k is at least the number of rows", () => {
    const quality = fitFixedKnn(train, 40).predict(Float32Array.of(1, 0, -3, 8));
    const means = columnMeans(train.table.scores, 2);
    quality.forEach((value, i) => {
      expect(value).toBeCloseTo(means[i % 2], 7);
    });
  });
});

describe("shrunkMeans", () => {
  it("mixes n neighbours with the prior's pseudo-counts", () => {
    const train = labelledRows([
      { x: [1, 0], scores: [1] },
      { x: [1, 0.1], scores: [1] },
      { x: [0, 1], scores: [0] },
    ]);
    const neighbours = labelNeighbours(train, [2]);
    const setting = { size: 2, priorCount: 3, firstColumn: 0, prior: Float64Array.of(0.5) };
    // (2 · 1 + 3 · 0.5) / (2 + 3) = 0.7
    expect(shrunkMeans(neighbours, Float32Array.of(1, 0), setting)[0]).toBeCloseTo(0.7, 12);
  });

  it("is the prior where a column has no label, also with no pseudo-counts", () => {
    const neighbours = labelNeighbours(labelledRows([{ x: [1, 0], scores: [1] }]), [2]);
    // the cost column of the only model is empty
    const setting = { size: 2, priorCount: 0, firstColumn: 1, prior: Float64Array.of(-3) };
    expect([...shrunkMeans(neighbours, Float32Array.of(1, 0), setting)]).toEqual([-3]);
  });
});

describe("fitTunedKnn", () => {
  const train = learnableRows({ rows: 400, stream: 1 });
  const validation = learnableRows({ rows: 150, stream: 2 });
  const test = learnableRows({ rows: 200, stream: 3 });

  it("beats the means and every fixed size on the rows that it was tuned on", () => {
    const loss = maskedLogLoss(fitTunedKnn(train, validation).predict(validation.embeddings), validation.table.scores);
    for (const size of [5, 10, 40, 300, 400]) {
      const fixed = fitFixedKnn(train, size).predict(validation.embeddings);
      expect(loss).toBeLessThanOrEqual(maskedLogLoss(fixed, validation.table.scores));
    }
  });

  it("works with one label of a model", () => {
    const lone = withoutLabels(train, (row, m) => m === 2 && row !== 17);
    const quality = fitTunedKnn(lone, validation).predict(test.embeddings);
    expect(quality.every(Number.isFinite)).toBe(true);
  });

  it("never lets one model's labels change another model's prediction at a given setting", () => {
    const masked = withoutLabels(train, (row, m) => m === 1 && row % 3 === 0);
    const full = fitFixedKnn(train, 20).predict(test.embeddings);
    const partial = fitFixedKnn(masked, 20).predict(test.embeddings);
    for (const m of [0, 2]) expect(column(partial, 3, m)).toEqual(column(full, 3, m));
    expect(column(partial, 3, 1)).not.toEqual(column(full, 3, 1));
  });

  it("predicts within [0, 1] on any mask", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (salt) => {
        const isDropped = (row: number, m: number): boolean => row > 2 && (row * 31 + m * 17 + salt) % 7 > 1;
        const quality = fitTunedKnn(withoutLabels(train, isDropped), validation).predict(test.embeddings);
        expect(quality.every((value) => value >= 0 && value <= 1)).toBe(true);
      }),
      { numRuns: 8 },
    );
  });

  it("names a model without any label, and refuses empty rows, other models and unlabelled validation", () => {
    const unlabelled = withoutLabels(train, (_, m) => m === 1);
    expect(() => fitTunedKnn(unlabelled, validation)).toThrow(
      "model has no score in the training rows: b, expected at least 1 each",
    );
    const empty = {
      ...train,
      embeddings: new Float32Array(0),
      table: { ...train.table, ids: [], scores: new Float32Array(0), costs: new Float64Array(0) },
    };
    expect(() => fitTunedKnn(empty, validation)).toThrow("no training rows: 0, expected at least 1");
    const others = { ...validation, table: { ...validation.table, models: ["a", "b", "z"] } };
    expect(() => fitTunedKnn(train, others)).toThrow("validation has other models: a, b, z, expected");
    expect(() =>
      fitTunedKnn(
        train,
        withoutLabels(validation, () => true),
      ),
    ).toThrow("validation rows have no score");
  });
});
