import { estimateTokens } from "@onehead/core";
import type { RowTable } from "@onehead/data";
import { describe, expect, it } from "vitest";
import { dataHash } from "./data-hash.js";
import { labelledRows } from "./labelled-rows.js";

const table: RowTable = {
  models: ["a", "b"],
  ids: ["0", "1", "2"],
  prompts: ["first", "second", "a third prompt"],
  datasets: ["", "", ""],
  scores: Float32Array.of(1, 0, 0.5, Number.NaN, 0.25, 0.75),
  costs: Float64Array.of(1, 2, 3, 4, 5, 6),
  inputTokens: Float64Array.of(10, 0, Number.NaN),
  outputTokens: Float64Array.of(1, 2, 3, 4, 5, 6),
};

describe("labelledRows", () => {
  it("takes the picked rows in their order, with recorded tokens or else estimated ones", () => {
    const targets = Float32Array.of(10, 20, 30, 40, 50, 60);
    const embeddings = Float32Array.of(7, 8, 9);
    expect(labelledRows(table, targets, Int32Array.of(2, 0, 1), embeddings)).toEqual({
      rows: 3,
      embeddings,
      scores: Float32Array.of(0.25, 0.75, 1, 0, 0.5, Number.NaN),
      costTargets: Float32Array.of(50, 60, 10, 20, 30, 40),
      inputTokens: Float64Array.of(estimateTokens("a third prompt"), 10, 0),
    });
  });
});

describe("dataHash", () => {
  it("is 8 hex digits, the same for equal tables", () => {
    const copy = { ...table, scores: table.scores.slice(), models: [...table.models] };
    expect(dataHash(table)).toMatch(/^[0-9a-f]{8}$/);
    expect(dataHash(copy)).toBe(dataHash(table));
  });

  it.each([
    ["a model", { models: ["a", "c"] }],
    ["a prompt", { prompts: ["first", "second", "a third promp"] }],
    ["the order of prompts", { prompts: ["second", "first", "a third prompt"] }],
    ["a task", { datasets: ["x", "y", "z"] }],
    ["a score", { scores: Float32Array.of(1, 0, 0.5, Number.NaN, 0.25, 0.5) }],
    ["a cost", { costs: Float64Array.of(1, 2, 3, 4, 5, 7) }],
    ["an input length", { inputTokens: Float64Array.of(10, 1, Number.NaN) }],
    ["an output length", { outputTokens: Float64Array.of(1, 2, 3, 4, 5, 7) }],
  ])("changes with %s", (_, change) => {
    expect(dataHash({ ...table, ...change })).not.toBe(dataHash(table));
  });
});
