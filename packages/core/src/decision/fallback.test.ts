import { expect, it } from "vitest";
import type { RankedCandidate } from "./decision.js";
import type { Exclusion } from "./eligibility.js";
import { fallback } from "./fallback.js";
import { NoEligibleModelError } from "./no-eligible-model-error.js";

const ranked = (model: string, predictedQuality: number): RankedCandidate => ({
  model,
  predictedQuality,
  predictedCostUsd: 1,
  uncertainty: 0,
  reward: 0,
  profile: "measured",
  eligible: false,
});
const excluded = (model: string, reason: Exclusion["reason"]): Exclusion => ({ model, reason, detail: "made up" });
const ranking = () => [ranked("a", 0.9), ranked("b", 0.4), ranked("c", 0.6)];
const missed = [excluded("a", "tools"), excluded("b", "min-quality"), excluded("c", "min-quality")];

it("takes the best of those that only missed the quality asked for, and puts it first", () => {
  const candidates = ranking();
  expect(fallback({ onIneligible: "best" }, candidates, missed).model).toBe("c");
  expect(candidates.map(({ model }) => model)).toEqual(["c", "a", "b"]);
});

it.each([
  [{}, missed],
  [{ onIneligible: "best" as const }, [excluded("a", "tools"), excluded("b", "denied")]],
])("throws with every reason where that was not asked for, or nobody is left", (options, exclusions) => {
  expect(() => fallback(options, ranking(), exclusions)).toThrow(NoEligibleModelError);
});
