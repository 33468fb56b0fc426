import { OneheadError } from "@onehead/core";
import { describe, expect, it } from "vitest";
import type { Replay } from "../replay/replay.js";
import { equalRows, savingsReplay } from "./savings.fixture.js";
import { savingsOf } from "./savings-of.js";

function replayOf(count: number, scores: number[], costsUsd: number[]): Replay {
  const { rows, predictions } = equalRows(count, scores, costsUsd);
  return savingsReplay(scores.length, rows, predictions);
}

/** Rows that repeat a few prompts over and over. */
function repeatedPrompts(prompts: number, count: number): Replay {
  const { rows, predictions } = equalRows(count, scores, costsUsd);
  const promptKeys = Array.from({ length: count }, (_, r) => r % prompts);
  return savingsReplay(scores.length, { ...rows, promptKeys }, predictions);
}

const few = { resamples: 20 };
// c is the dearest, b the best; a router that knows takes b from λ = 10 on: .75 − .5 is worth 3 / λ
const [scores, costsUsd] = [
  [0.5, 0.75, 0.625],
  [1, 4, 8],
];

describe("savingsOf", () => {
  it("compares with the best, the dearest and the model in use, at the least λ that keeps the best one's quality", () => {
    const found = savingsOf(0, replayOf(200, scores, costsUsd), replayOf(50, scores, costsUsd), {
      ...few,
      currentModel: "c",
    });
    expect(found).toMatchObject({
      lambdaUsd: null,
      lambdaChosenOn: "validation",
      rows: 200,
      costUsd: 4,
      quality: 0.75,
    });
    expect(found.comparisons.map(({ against, model }) => [against, model])).toEqual([
      ["best", "b"],
      ["dearest", "c"],
      ["current", "c"],
    ]);
    const [best, dearest, current] = found.comparisons;
    expect(best).toMatchObject({ verdict: "not-enough-evidence", reason: "the interval of the saving includes none" });
    expect(dearest).toMatchObject({ verdict: "saves", reason: null, qualityChange: "higher", modelQuality: 0.625 });
    expect(dearest.savedUsd.value).toBe(4);
    expect(dearest.savedShare?.value).toBe(0.5);
    expect(current).toEqual({ ...dearest, against: "current" });
  });

  it("takes the λ that is given", () => {
    const found = savingsOf(0, replayOf(200, scores, costsUsd), replayOf(50, scores, costsUsd), {
      ...few,
      lambdaUsd: 1,
    });
    expect(found).toMatchObject({ lambdaUsd: 1, lambdaChosenOn: "given", costUsd: 1 });
    expect(found.comparisons[0]).toMatchObject({ verdict: "saves", qualityChange: "lower" });
    expect(found.comparisons[0].savedShare?.value).toBe(0.75);
  });

  it("says that a dearer router costs more", () => {
    const found = savingsOf(0, replayOf(200, scores, costsUsd), replayOf(50, scores, costsUsd), {
      ...few,
      currentModel: "a",
    });
    expect(found.comparisons[2]).toMatchObject({ verdict: "costs-more", qualityChange: "higher" });
  });

  it.each([
    ["too few prompts", replayOf(99, scores, costsUsd), "99 held-out prompts with a score"],
    ["one prompt", replayOf(1, scores, costsUsd), "1 held-out prompts with a score"],
    ["many calls of few prompts", repeatedPrompts(12, 720), "12 held-out prompts with a score"],
  ])("does not believe %s", (_, heldOut, reason) => {
    for (const own of savingsOf(0, heldOut, heldOut, few).comparisons) {
      expect(own.verdict).toBe("not-enough-evidence");
      expect(own.reason).toContain(reason);
    }
  });

  it("does not believe complete rows among many incomplete ones", () => {
    const { rows, predictions } = equalRows(400, scores, costsUsd);
    for (let r = 0; r < 250; r++) rows.scores[3 * r] = Number.NaN;
    const found = savingsOf(0, savingsReplay(3, rows, predictions), replayOf(50, scores, costsUsd), few);
    expect(found.rows).toBe(150);
    expect(found.comparisons[1].reason).toContain("only 150 of 400 held-out rows");
  });

  it("does not believe a λ that was chosen in hindsight, but one that was given", () => {
    const heldOut = replayOf(200, scores, costsUsd);
    const found = savingsOf(0, heldOut, null, few);
    expect(found.lambdaChosenOn).toBe("held-out");
    expect(found.comparisons[1].reason).toContain("without validation rows");
    expect(savingsOf(0, heldOut, null, { ...few, lambdaUsd: 1 }).comparisons[1].verdict).toBe("saves");
  });

  it("sees no saving where all models cost the same, and none that has a share where they are free", () => {
    const equal = replayOf(200, scores, [2, 2, 2]);
    for (const own of savingsOf(0, equal, equal, few).comparisons) {
      expect(own).toMatchObject({ verdict: "not-enough-evidence", savedUsd: { value: 0 } });
    }
    const free = replayOf(200, scores, [0, 0, 0]);
    const found = savingsOf(0, free, free, few);
    expect(found.comparisons[0]).toMatchObject({ savedShare: null, verdict: "not-enough-evidence" });
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  it("refuses a λ that was not replayed and a model that is none", () => {
    const heldOut = replayOf(200, scores, costsUsd);
    expect(() => savingsOf(0, heldOut, null, { lambdaUsd: 3 })).toThrow(
      "savingsOf: lambdaUsd: 3, expected one of the 4",
    );
    expect(() => savingsOf(0, heldOut, null, { currentModel: "x" })).toThrow(
      "currentModel: x, expected one of a, b, c",
    );
    try {
      savingsOf(0, heldOut, null, { currentModel: "x" });
    } catch (error) {
      expect(OneheadError.isInstance(error) && error.code).toBe("unknown-model");
    }
  });
});
