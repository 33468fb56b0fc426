import { expect, test } from "vitest";
import { thinRows } from "./thin-rows.js";

const rows = {
  rows: 7,
  embeddings: Float32Array.from({ length: 14 }, (_, i) => i),
  scores: Float32Array.from({ length: 21 }, (_, i) => i),
  costTargets: Float32Array.from({ length: 21 }, (_, i) => -i),
  inputTokens: Float64Array.from({ length: 7 }, (_, i) => i),
};

test("rows are taken at even distances, whole", () => {
  const thin = thinRows(rows, 3);
  // rows 0, 2 and 4 of 7
  expect([...thin.inputTokens]).toEqual([0, 2, 4]);
  expect([...thin.embeddings]).toEqual([0, 1, 4, 5, 8, 9]);
  expect([...thin.scores]).toEqual([0, 1, 2, 6, 7, 8, 12, 13, 14]);
  expect([...thin.costTargets]).toEqual([0, 1, 2, 6, 7, 8, 12, 13, 14].map((i) => -i));
});

test("few rows are all taken", () => {
  expect(thinRows(rows, 7)).toBe(rows);
});
