import { expect, test } from "vitest";
import { limitsOf } from "./limits.js";

test("limits that are not given are ten minutes, and two of silence", () => {
  expect(limitsOf("f", {})).toEqual({ timeoutMs: 600_000, idleTimeoutMs: 120_000 });
  const own = { timeoutMs: 5, idleTimeoutMs: Number.POSITIVE_INFINITY };
  expect(limitsOf("f", own)).toEqual(own);
});

test.each([0, -1, Number.NaN, "5"])("%j is no time", (value) => {
  expect(() => limitsOf("f", { idleTimeoutMs: value as number })).toThrow(
    `f: idleTimeoutMs: ${value}, expected milliseconds above 0`,
  );
});
