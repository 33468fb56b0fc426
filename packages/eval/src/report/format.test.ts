import { describe, expect, it } from "vitest";
import { linearScale, logScale } from "./charts/scale.js";
import {
  formatDifference,
  formatInterval,
  formatPercent,
  formatQuality,
  formatUsd,
  formatUsdPerThousand,
} from "./format.js";
import { wrap } from "./text/plain-text.js";

describe("format", () => {
  it.each([
    [0, "$0"],
    [0.000034567, "$0.0000346"],
    [0.0612, "$0.0612"],
    [2.5, "$2.50"],
    [999.4, "$999"],
    [12_345.6, "$12,346"],
    [1.2e-8, "$1.2e-8"],
  ])("writes %d USD as %s", (usd, text) => {
    expect(formatUsd(usd)).toBe(text);
  });

  it("writes what does not exist as a dash", () => {
    for (const format of [formatQuality, formatDifference, formatPercent, formatUsd, formatUsdPerThousand]) {
      expect([format(null), format(undefined), format(Number.NaN)]).toEqual(["–", "–", "–"]);
    }
    expect(formatInterval(null)).toBe("–");
  });

  it("writes both signs", () => {
    expect([formatDifference(0.01234), formatDifference(-0.01234)]).toEqual(["+0.0123", "−0.0123"]);
    expect(formatInterval({ interval: [-0.5, 0.25] }, formatDifference)).toBe("[−0.5000, +0.2500]");
  });
});

describe("scales", () => {
  it("tick at round values within the domain and invert themselves", () => {
    const linear = linearScale([0.33, 0.91], [0, 100], 6);
    expect(linear.ticks.map((tick) => tick.toFixed(2))).toEqual(["0.40", "0.50", "0.60", "0.70", "0.80", "0.90"]);
    const log = logScale([0.03, 17], [0, 300]);
    expect(log.ticks.map((tick) => tick.toPrecision(1))).toEqual(["0.1", "1", "1e+1"]);
    for (const scale of [linear, log]) expect(scale.invert(scale(0.5))).toBeCloseTo(0.5, 12);
  });

  it("is defined for a domain without width", () => {
    expect(linearScale([2, 2], [0, 100])(2)).toBe(0);
    expect(logScale([2, 2], [0, 100])(2)).toBe(0);
  });
});

describe("wrap", () => {
  it("breaks between words and indents what follows the first line", () => {
    expect(wrap("term  one two three", 12, 6)).toBe("term  one\n      two\n      three");
  });
});
