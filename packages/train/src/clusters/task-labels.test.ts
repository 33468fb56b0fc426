import type { TableSplit } from "@onehead/data";
import { describe, expect, it } from "vitest";
import { taskLabels } from "./task-labels.js";

const repeat = (task: string, rows: number): string[] => new Array<string>(rows).fill(task);

/** All rows but the last `validation` ones are training rows. */
function splitOf(rows: number, validation: number): TableSplit {
  const all = Int32Array.from({ length: rows }, (_, r) => r);
  return {
    train: all.subarray(0, rows - validation),
    validation: all.subarray(rows - validation),
    heldOut: new Int32Array(0),
  };
}

describe("taskLabels", () => {
  it("numbers the tasks by how frequent they are, and those it was not trained on as unknown", () => {
    const datasets = [...repeat("sums", 8), ...repeat("prose", 9), "prose", "sums", "chess", ""];
    const labels = taskLabels({ datasets }, splitOf(datasets.length, 4));
    expect(labels?.count).toBe(2);
    expect([...(labels?.training ?? [])]).toEqual([...new Array(8).fill(1), ...new Array(9).fill(0)]);
    expect([...(labels?.validation ?? [])]).toEqual([0, 1, -1, -1]);
  });

  it("puts rare tasks together, where together they are enough", () => {
    const rare = ["a", "b", "c", "d", "e", "f", "g", "h"];
    const enough = taskLabels({ datasets: [...repeat("sums", 8), ...rare, "c"] }, splitOf(17, 1));
    expect(enough?.count).toBe(2);
    expect([...(enough?.validation ?? [])]).toEqual([1]);
    expect(taskLabels({ datasets: [...repeat("sums", 8), "a", "b"] }, splitOf(10, 0))).toBeNull();
  });

  it("is null where rows name no tasks, or one", () => {
    expect(taskLabels({ datasets: repeat("", 30) }, splitOf(30, 5))).toBeNull();
    expect(taskLabels({ datasets: repeat("sums", 30) }, splitOf(30, 5))).toBeNull();
  });

  it("tells no more than 128 apart: beyond, the frequent ones stand for themselves", () => {
    const datasets = Array.from({ length: 200 }, (_, k) => repeat(`task ${k}`, k < 3 ? 9 : 8)).flat();
    const labels = taskLabels({ datasets }, splitOf(datasets.length, 0));
    expect(labels?.count).toBe(128);
    expect(new Set(labels?.training).size).toBe(128);
  });
});
