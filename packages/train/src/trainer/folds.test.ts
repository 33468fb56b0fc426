import { buildRowTable } from "@onehead/data";
import { describe, expect, it } from "vitest";
import { defaultSettings } from "../settings/training-settings.js";
import { assignFolds, memberRows } from "./folds.js";

const table = await buildRowTable(
  Array.from({ length: 300 }, (_, i) => ({
    id: `r${i}`,
    prompt: `prompt ${i % 250}`,
    scores: { a: 1 },
    costs: { a: 1 },
  })),
);
const everyRow = Int32Array.from(table.ids, (_, r) => r);

describe("assignFolds", () => {
  it("gives every member a part of its own, and equal prompts one fold", () => {
    const folds = assignFolds(table, everyRow, { ...defaultSettings, members: 4, folds: 4 });
    expect(folds.count).toBe(4);
    for (let i = 250; i < table.ids.length; i++) expect(folds.of[i]).toBe(folds.of[i - 250]);
    const leftOut = [0, 1, 2, 3].map((member) => [...memberRows(folds, member, true)]);
    expect(new Set(leftOut.flat()).size).toBe(leftOut.flat().length);
    for (const member of [0, 1, 2, 3]) {
      expect(leftOut[member].length).toBeGreaterThan(20);
      expect([...leftOut[member], ...memberRows(folds, member, false)].sort((a, b) => a - b)).toEqual([...everyRow]);
    }
    expect([...memberRows(folds, 5, true)]).toEqual(leftOut[1]);
  });

  it("has no more folds than members or than the share allows", () => {
    const count = (settings: Partial<typeof defaultSettings>): number =>
      assignFolds(table, everyRow, { ...defaultSettings, ...settings }).count;
    expect(count({ members: 2, folds: 4 })).toBe(2);
    expect(count({ members: 8, folds: 8, validation: 0.3 })).toBe(3);
    expect(count({ members: 4, folds: 1 })).toBe(1);
  });

  it("leaves nothing out without a validation share", () => {
    const folds = assignFolds(table, everyRow, { ...defaultSettings, validation: 0 });
    expect(folds.count).toBe(0);
    expect(memberRows(folds, 0, false).length).toBe(table.ids.length);
    expect(memberRows(folds, 0, true).length).toBe(0);
  });

  it("falls back to one fold where a fold would be empty", () => {
    expect(assignFolds(table, everyRow.subarray(0, 3), { ...defaultSettings, members: 6, folds: 6 }).count).toBe(1);
  });
});
