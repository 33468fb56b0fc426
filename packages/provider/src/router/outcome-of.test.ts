import { describe, expect, test } from "vitest";
import { outcomeField, outcomeOf } from "./outcome-of.js";
import type { RouteOutcome } from "./router.js";

const outcome: RouteOutcome = {
  decision: { id: "d", model: "a", ranking: [] },
  model: "a",
  tries: [],
  costUsd: null,
  unresolvedTries: 1,
};

describe("the outcome of an answer", () => {
  test("is under its field", () => {
    expect(outcomeOf({ content: [], [outcomeField]: outcome })).toBe(outcome);
    expect(outcomeField).toBe("onehead");
  });

  test.each([
    null,
    undefined,
    "answer",
    {},
    { onehead: null },
    { onehead: "a" },
    { onehead: {} },
    { onehead: { decision: null, tries: [] } },
    { onehead: { decision: {}, tries: {} } },
    { onehead: { tries: [] } },
  ])("is not in %o", (answer) => {
    expect(outcomeOf(answer)).toBeUndefined();
  });
});
