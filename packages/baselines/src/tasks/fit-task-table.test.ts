import { describe, expect, it } from "vitest";
import { labelledRows, learnableRows, withoutLabels } from "../../test/labelled-rows.js";
import type { LabelledEmbeddings } from "../baseline.js";
import { fitTaskTable } from "./fit-task-table.js";

function withTasks(rows: LabelledEmbeddings, datasets: string[]): LabelledEmbeddings {
  return { ...rows, table: { ...rows.table, datasets } };
}

/** Model a is right on sums, b on poems. */
const rows = withTasks(
  labelledRows(
    Array.from({ length: 20 }, (_, r) => ({
      x: [1],
      scores: r % 2 === 0 ? [1, 0] : [0, 1],
      costs: r % 2 === 0 ? [4, 1] : [2, 1],
    })),
  ),
  Array.from({ length: 20 }, (_, r) => (r % 2 === 0 ? "sums" : "poems")),
);

describe("fitTaskTable", () => {
  it("knows each model by its shrunk mean on the task", () => {
    const table = fitTaskTable(rows, rows);
    expect(table.tasks).toEqual(["sums", "poems"]);
    expect(table.name).toBe("true-task table, prior 0.3");
    const { quality, costUsd } = table.predict(["poems", "sums"]);
    // poems, model b: (10 + 0.3 · ½) / 10.3
    expect([...quality].map((value) => Number(value.toFixed(4)))).toEqual([0.0146, 0.9854, 0.9854, 0.0146]);
    // sums, model a: (40 + 0.3 · 3) / 10.3
    expect([...costUsd].map((value) => Number(value.toFixed(3)))).toEqual([2.029, 1, 3.971, 1]);
  });

  it("gives a task that it has not seen the models' means", () => {
    const { quality, costUsd } = fitTaskTable(rows, rows).predict(["other"]);
    expect([...quality]).toEqual([0.5, 0.5]);
    expect([...costUsd]).toEqual([3, 1]);
  });

  it("masks unknown scores, and names a model that has none", () => {
    const sparse = withoutLabels(rows, (row, m) => m === 1 && row > 3);
    expect(fitTaskTable(sparse, rows).predict(["poems"]).quality[1]).toBeGreaterThan(0.8);
    const none = withoutLabels(rows, (_, m) => m === 1);
    expect(() => fitTaskTable(none, rows)).toThrow("model has no score in the training rows: b");
  });

  it("is no better than the means where the task says nothing", () => {
    const [train, held] = [learnableRows({ rows: 300, stream: 1 }), learnableRows({ rows: 100, stream: 2 })];
    const named = (part: LabelledEmbeddings) =>
      withTasks(
        part,
        part.table.ids.map((_, r) => `task ${r % 30}`),
      );
    const table = fitTaskTable(named(train), named(held));
    expect(table.name).toBe("true-task table, prior 30");
  });
});
