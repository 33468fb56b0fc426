import { describe, expect, it } from "vitest";
import { labelledRows } from "../../test/labelled-rows.js";
import { fitAvengersPro } from "./fit-avengers-pro.js";

const unknown = Number.NaN;

describe("fitAvengersPro", () => {
  it("normalises accuracy and cost within the cluster", () => {
    const rows = labelledRows([
      { x: [1, 0], scores: [1, 0.5, 0], costs: [4, 2, 1] },
      { x: [1, 0], scores: [1, 0.5, 0], costs: [4, 2, 1] },
    ]);
    const { quality, costUsd } = fitAvengersPro(rows, { seed: 0 }).predict(
      Float32Array.of(1, 0),
      Float64Array.of(unknown),
    );
    expect([...quality].map((value) => Number(value.toFixed(4)))).toEqual([1, 0.5, 0]);
    // (cost − 1) / 3 in units of the dearest mean, 4
    expect([...costUsd].map((value) => Number(value.toFixed(4)))).toEqual([4, 1.3333, 0]);
  });
});
