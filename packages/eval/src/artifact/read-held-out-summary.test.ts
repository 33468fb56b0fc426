import { ArtifactError } from "@onehead/core";
import { describe, expect, it } from "vitest";
import type { HeldOutSummary } from "./held-out-summary.js";
import { readHeldOutSummary } from "./read-held-out-summary.js";

const summary: HeldOutSummary = {
  schemaVersion: 1,
  sets: [
    {
      name: "rows",
      rows: 50,
      models: 2,
      aiq: { onehead: 0.8, oracle: 0.9 },
      curves: [{ router: "onehead", points: [[0.001, 0.7]] }],
      singles: [{ model: "small", meanCostUsd: 0.001, meanQuality: 0.7 }],
    },
  ],
};
const withSet = (over: object): unknown => ({ ...summary, sets: [{ ...summary.sets[0], ...over }] });

describe("readHeldOutSummary", () => {
  it("is what the manifest keeps, and null where it keeps nothing", () => {
    expect(readHeldOutSummary({ evaluation: JSON.parse(JSON.stringify(summary)) })).toEqual(summary);
    expect(readHeldOutSummary({})).toBeNull();
  });

  it.each<[field: string, evaluation: unknown]>([
    ["", 5],
    ["", null],
    [".schemaVersion", {}],
    [".sets", { ...summary, sets: 5 }],
    [".sets[0]", { ...summary, sets: [null] }],
    [".sets[0].name", withSet({ name: 3 })],
    [".sets[0].rows", withSet({ rows: "many" })],
    [".sets[0].aiq.onehead", withSet({ aiq: { onehead: null } })],
    [".sets[0].curves[0].points", withSet({ curves: [{ router: "onehead" }] })],
    [".sets[0].curves[0].points[1]", withSet({ curves: [{ router: "onehead", points: [[0, 1], null] }] })],
    [".sets[0].singles[0].meanQuality", withSet({ singles: [{ model: "small", meanCostUsd: 1, meanQuality: "x" }] })],
  ])("names the field that is wrong: %s", (field, evaluation) => {
    let thrown: unknown;
    try {
      readHeldOutSummary({ evaluation: evaluation as never });
    } catch (error) {
      thrown = error;
    }
    expect(ArtifactError.isInstance(thrown) && thrown.field).toBe(`manifest.evaluation${field}`);
  });
});
