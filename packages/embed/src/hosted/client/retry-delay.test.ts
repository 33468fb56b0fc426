import { expect, test } from "vitest";
import { backOffMs, retryAfterMs } from "./retry-delay.js";

const policy = { retries: 9, backOffMs: 100, longestWaitMs: 1000 };

test("the wait doubles from try to try, up to the longest, and lies between its half and its whole", () => {
  // 100 · 2^(attempt − 1), times (1 + uniform) / 2
  expect([1, 2, 3, 4, 5, 60].map((attempt) => backOffMs(policy, attempt, 0))).toEqual([50, 100, 200, 400, 500, 500]);
  expect(backOffMs(policy, 2, 0.5)).toBe(150);
  expect(backOffMs(policy, 1, 1 - 2 ** -32)).toBeCloseTo(100, 6);
});

test.each([
  ["120", 120_000],
  ["0", 0],
  ["1.5", 1500],
  ["Wed, 21 Oct 2015 07:28:30 GMT", 30_000],
  ["Wednesday, 21-Oct-15 07:28:30 GMT", 30_000],
  ["Wed Oct 21 07:28:30 2015 GMT", 30_000],
  ["Wed, 21 Oct 2015 07:00:00 GMT", 0],
  ["", null],
  [null, null],
  ["-5", null],
  ["soon", null],
  ["2015", 2_015_000],
  ["Soon, very soon", null],
])("Retry-After: %s asks for %s ms", (header, ms) => {
  expect(retryAfterMs(header, Date.UTC(2015, 9, 21, 7, 28, 0))).toBe(ms);
});
