import { expect, test } from "vitest";
import { effortBudgets, effortOf } from "./effort.js";

test("an effort read back from its own budget is itself", () => {
  for (const effort of ["low", "medium", "high"] as const) expect(effortOf(effortBudgets[effort])).toBe(effort);
  expect(effortOf(effortBudgets.minimal)).toBe("low");
  expect(effortOf(effortBudgets.low + 1)).toBe("medium");
  expect(effortOf(effortBudgets.medium + 1)).toBe("high");
});
