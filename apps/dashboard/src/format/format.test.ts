import { describe, expect, it } from "vitest";
import { formatDuration } from "./format-duration.js";
import { formatCount, formatQuality, formatReward, formatShare, formatTokens } from "./format-number.js";
import { formatTime, formatUtc, formatUtcDay } from "./format-time.js";
import { formatUsd } from "./format-usd.js";

describe("formatUsd", () => {
  it.each([
    [12.4, "$12.40"],
    [1234.5, "$1,234.50"],
    [1, "$1.00"],
    [0.999, "$1.00"],
    [0.5, "$0.50"],
    [0.05, "$0.05"],
    [0.0123, "$0.012"],
    [0.000123, "$0.00012"],
    [0.0001, "$0.0001"],
    [1e-6, "$0.000001"],
    [1e-12, "<$0.000000001"],
    [0, "$0"],
    [-0.05, "−$0.05"],
    [-3, "−$3.00"],
  ])("%d is %s", (amount, text) => {
    expect(formatUsd(amount)).toBe(text);
  });

  it("says nothing of what is not known", () => {
    expect([null, undefined, Number.NaN, Number.POSITIVE_INFINITY].map(formatUsd)).toEqual(["–", "–", "–", "–"]);
  });
});

describe("formatDuration", () => {
  it.each([
    [0, "0 ms"],
    [0.085, "85 µs"],
    [1.25, "1.3 ms"],
    [420.4, "420 ms"],
    [3240, "3.2 s"],
    [12_800, "12.8 s"],
    [125_000, "2 min 05 s"],
    [null, "–"],
  ])("%s ms is %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe("formatShare", () => {
  it.each([
    [0, "0 %"],
    [0.0004, "<0.1 %"],
    [0.034, "3.4 %"],
    [0.05, "5 %"],
    [0.424, "42 %"],
    [1, "100 %"],
    [Number.NaN, "–"],
    [null, "–"],
  ])("%s is %s", (share, text) => {
    expect(formatShare(share)).toBe(text);
  });
});

it("formats counts, tokens, qualities and rewards", () => {
  expect(formatCount(12_345)).toBe("12,345");
  expect([128_000, 1_000_000, 1_050_000, 950, null].map(formatTokens)).toEqual(["128k", "1M", "1.1M", "950", "–"]);
  expect(formatQuality(0.837)).toBe("0.84");
  expect([0.5, -0.1542, -12.34, -345.6, -1e7, Number.NaN].map(formatReward)).toEqual([
    "0.500",
    "−0.154",
    "−12.3",
    "−346",
    "−1.0e7",
    "–",
  ]);
});

describe("times", () => {
  it("are given in UTC where they are asked for so, whatever the machine's zone is", () => {
    expect(formatUtc("2026-03-04T05:06:07.891Z")).toBe("2026-03-04 05:06:07 UTC");
    expect(formatUtcDay("2026-03-04T00:00:00.000Z")).toContain("4");
  });

  it("are shown as they came where they are no times", () => {
    expect(formatTime("soon")).toBe("soon");
    expect(formatUtc("soon")).toBe("soon");
  });
});
