import { expect, test } from "vitest";
import { outcomeOf } from "./outcome-of.js";
import { outcomeToJson } from "./outcome-to-json.js";

test("an outcome as metadata is plain JSON that outcomeOf reads, without what the router adds for itself", () => {
  const ranking = [{ model: "a", predictedQuality: 0.5, predictedCostUsd: 0.1, reward: Number.NaN }];
  const decision = { id: "d", model: "a", ranking, core: { anything: 1 }, excluded: undefined };
  const tries = [{ model: "a", outcome: "answered" as const, elapsedMs: 1, costUsd: null, error: undefined }];
  const json = outcomeToJson({ decision, model: "a", tries, costUsd: null, unresolvedTries: 1 });
  expect(json).toEqual({
    // JSON has no NaN
    decision: { id: "d", model: "a", ranking: [{ ...ranking[0], reward: null }] },
    model: "a",
    tries: [{ model: "a", outcome: "answered", elapsedMs: 1, costUsd: null }],
    costUsd: null,
    unresolvedTries: 1,
  });
  expect(outcomeOf({ onehead: json })).toBe(json);
});
