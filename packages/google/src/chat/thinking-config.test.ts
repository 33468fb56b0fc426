import type { Reasoning, Warning } from "@onehead/provider";
import { expect, test } from "vitest";
import { thinkingConfig } from "./thinking-config.js";

const level = (thinkingLevel: string) => ({ thinkingLevel, includeThoughts: true });
const budget = (thinkingBudget: number) => ({ thinkingBudget, includeThoughts: true });
const effort = "reasoning.effort";
const budgetTokens = "reasoning.budgetTokens";

test.each<[model: string, Reasoning, expected: object, warned: string | undefined]>([
  ["gemini-3.5-flash", { effort: "high" }, level("HIGH"), undefined],
  ["gemini-3.5-flash", { effort: "medium" }, level("MEDIUM"), undefined],
  ["gemini-3.1-pro-preview", { effort: "low" }, level("LOW"), undefined],
  ["gemini-3-flash-preview", { effort: "minimal" }, level("MINIMAL"), undefined],
  ["gemini-3.1-flash-lite", { effort: "none" }, level("MINIMAL"), effort],
  ["gemini-3.8-flash", { effort: "minimal" }, level("LOW"), effort],
  ["gemini-3.1-pro-preview", { effort: "none" }, level("LOW"), effort],
  ["gemini-3.5-flash", { budgetTokens: 0 }, level("MINIMAL"), budgetTokens],
  ["gemini-3.5-flash", { budgetTokens: 4096 }, level("LOW"), budgetTokens],
  ["gemini-3.5-flash", { budgetTokens: 4097 }, level("MEDIUM"), budgetTokens],
  ["gemini-flash-latest", { budgetTokens: 20_000 }, level("HIGH"), budgetTokens],
  ["gemini-2.5-flash", { budgetTokens: 2000 }, budget(2000), undefined],
  ["gemini-2.5-flash", { budgetTokens: 0 }, { thinkingBudget: 0 }, undefined],
  ["gemini-2.5-flash", { effort: "none" }, { thinkingBudget: 0 }, undefined],
  ["gemini-2.5-flash", { effort: "minimal" }, budget(1024), effort],
  ["gemini-2.5-pro", { effort: "high" }, budget(24_576), effort],
  ["models/gemini-2.5-pro", { effort: "none" }, budget(128), effort],
  ["gemini-2.5-pro", { budgetTokens: 0 }, budget(128), budgetTokens],
])("%s, %o: %o", (model, reasoning, expected, warned) => {
  const warnings: Warning[] = [];
  expect(thinkingConfig(model, reasoning, warnings)).toEqual(expected);
  expect(warnings.map(({ field }) => field)).toEqual(warned === undefined ? [] : [warned]);
});

test("nothing is asked for where nothing is said", () => {
  expect(thinkingConfig("gemini-3.5-flash", undefined, [])).toBeUndefined();
});
