import { expect, it } from "vitest";
import { rangeOf, rangeQuery } from "./range.js";

const now = Date.parse("2026-03-04T05:06:07Z");

it("asks for 24 whole hours, the present one included", () => {
  expect(rangeQuery("24h", now)).toEqual({
    from: "2026-03-03T06:00:00.000Z",
    to: "2026-03-04T06:00:00.000Z",
    bucket: "hour",
  });
});

it("asks for whole days of UTC, today included", () => {
  expect(rangeQuery("7d", now)).toEqual({
    from: "2026-02-26T00:00:00.000Z",
    to: "2026-03-05T00:00:00.000Z",
    bucket: "day",
  });
  expect(rangeQuery("30d", now).from).toBe("2026-02-03T00:00:00.000Z");
});

it("takes an unknown range for a day", () => {
  expect(rangeOf("1y")).toBe("24h");
  expect(rangeOf(undefined)).toBe("24h");
});
