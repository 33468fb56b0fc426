import { describe, expect, test } from "vitest";
import { parseRetryAfter } from "./retry-after.js";

// RFC 9110, 5.6.7: its own example, in its three forms
const nowMs = Date.UTC(1994, 10, 6, 8, 49, 37);
const parse = (headers: Record<string, string>, now = nowMs) => parseRetryAfter(new Headers(headers), now);

describe("Retry-After", () => {
  test.each([
    ["0", 0],
    ["7", 7000],
    [" 120 ", 120_000],
    ["1.5", 1500],
  ])("of %j is a wait in seconds", (value, ms) => {
    expect(parse({ "retry-after": value })).toBe(ms);
  });

  test.each(["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"])(
    "of %j is a wait until then, in GMT",
    (value) => {
      expect(parse({ "retry-after": value }, nowMs - 5000)).toBe(5000);
    },
  );

  test("of a day that is past is no wait", () => {
    expect(parse({ "retry-after": "Sun, 06 Nov 1994 08:49:37 GMT" }, nowMs + 5000)).toBe(0);
  });

  test.each([
    "",
    "-5",
    "+5",
    "1e3",
    "5 seconds",
    "soon",
    "again in 5",
    "May 5",
    "Sunday",
    "Sun, 99 Nov 1994 08:49:37 GMT",
    "1994-11-06T08:49:37Z",
    "NaN",
    "Infinity",
    "9".repeat(400),
  ])("of %j asks for nothing that can be read", (value) => {
    expect(parse({ "retry-after": value })).toBeUndefined();
  });

  test("that is not there asks for nothing", () => {
    expect(parse({})).toBeUndefined();
  });
});

describe("retry-after-ms", () => {
  test.each([
    ["250", 250],
    ["12.5", 12.5],
  ])("of %j goes before Retry-After", (value, ms) => {
    expect(parse({ "retry-after-ms": value, "retry-after": "60" })).toBe(ms);
  });

  test.each(["", "-1", "soon"])("of %j leaves it to Retry-After", (value) => {
    expect(parse({ "retry-after-ms": value, "retry-after": "60" })).toBe(60_000);
  });
});

test("the wait is from now on where no time is given", () => {
  const wait = parseRetryAfter(new Headers({ "retry-after": new Date(Date.now() + 60_000).toUTCString() }));
  expect(wait).toBeGreaterThan(50_000);
  expect(wait).toBeLessThanOrEqual(60_000);
});

test("any source of headers will do", () => {
  expect(parseRetryAfter({ get: (name) => (name === "retry-after" ? "2" : undefined) })).toBe(2000);
});
