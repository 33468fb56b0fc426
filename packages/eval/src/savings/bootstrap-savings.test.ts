import { createRandom } from "@onehead/core/training";
import { describe, expect, it } from "vitest";
import type { Replay } from "../replay/replay.js";
import { bootstrapSavings } from "./bootstrap-savings.js";
import { equalRows, savingsReplay } from "./savings.fixture.js";

/** Rows on which the router asks the cheap model for half of the prompts at λ = 10; the dear one costs about 4 USD. */
function mixed(seed: number, count: number, promptKeys?: Float64Array): Replay {
  const random = createRandom(seed);
  const easy = Array.from({ length: count }, () => random.uniform() < 0.5);
  const draw = (chance: number): number => (random.uniform() < chance ? 1 : 0);
  return savingsReplay(
    2,
    {
      scores: Float32Array.from(easy.flatMap((isEasy) => [draw(isEasy ? 0.9 : 0.2), draw(0.9)])),
      costsUsd: Float64Array.from(easy.flatMap(() => [1, 3 + 2 * random.uniform()])),
      ...(promptKeys && { promptKeys }),
    },
    {
      quality: Float32Array.from(easy.flatMap((isEasy) => [isEasy ? 0.9 : 0.2, 0.9])),
      costUsd: Float64Array.from(easy.flatMap(() => [1, 4])),
    },
  );
}

const at = (replay: Replay, setting = 2, model = 1) => ({ replay, router: 0, setting, model });

describe("bootstrapSavings", () => {
  it("agrees with an example worked out by hand", () => {
    // at λ = 0 the cheap model: 1 instead of 4 USD, and .5 instead of .75
    const { rows, predictions } = equalRows(3, [0.5, 0.75], [1, 4]);
    const found = bootstrapSavings([at(savingsReplay(2, rows, predictions), 0)], { resamples: 10 });
    expect(found).toMatchObject({ routerCostUsd: 1, modelCostUsd: 4 });
    expect(found.savedUsd).toEqual({ value: 3, interval: [3, 3], standardError: 0 });
    expect(found.savedShare?.value).toBe(0.75);
    expect(found.quality.value).toBe(-0.25);
  });

  it("is zero against the model that the router takes", () => {
    const { rows, predictions } = equalRows(5, [0.5, 0.75], [1, 4]);
    const found = bootstrapSavings([at(savingsReplay(2, rows, predictions), 3)], { resamples: 10 });
    expect(found.savedUsd).toEqual({ value: 0, interval: [0, 0], standardError: 0 });
    expect(found.quality.value).toBe(0);
  });

  it("has an interval that covers the truth of new rows, and shrinks with their number", () => {
    const [few, many] = [100, 3000].map((count) => bootstrapSavings([at(mixed(1, count))], { resamples: 300 }));
    const width = ({ interval: [low, high] }: { interval: [number, number] }): number => high - low;
    expect(width(many.savedUsd)).toBeLessThan(width(few.savedUsd) / 3);
    // half of the prompts at 1 instead of 4 USD
    expect(few.savedUsd.interval[0]).toBeLessThan(1.5);
    expect(few.savedUsd.interval[1]).toBeGreaterThan(1.5);
  });

  it("is the mean over seeds, with prompts that seeds share drawn together", () => {
    const keys = Float64Array.from({ length: 200 }, (_, i) => i);
    const [first, second] = [mixed(1, 200, keys), mixed(2, 200, keys)];
    const both = bootstrapSavings([at(first), at(second)], { resamples: 200 });
    const [one, other] = [first, second].map((replay) => bootstrapSavings([at(replay)], { resamples: 200 }));
    expect(both.savedUsd.value).toBeCloseTo((one.savedUsd.value + other.savedUsd.value) / 2, 12);
    // the same replay twice is no more evidence than once
    const twice = bootstrapSavings([at(first), at(first)], { resamples: 200 });
    expect(twice.savedUsd.standardError).toBeCloseTo(one.savedUsd.standardError, 12);
  });

  it("has no share against a free model", () => {
    const { rows, predictions } = equalRows(4, [0.5, 0.75], [0, 4]);
    const found = bootstrapSavings([at(savingsReplay(2, rows, predictions), 3, 0)], { resamples: 10 });
    expect(found.savedShare).toBeNull();
    expect(found.savedUsd.value).toBe(-4);
  });

  it("refuses no entries, indices out of range and rows without any complete one", () => {
    const { rows, predictions } = equalRows(2, [0.5, 0.75], [1, 4]);
    const replay = savingsReplay(2, rows, predictions);
    expect(() => bootstrapSavings([])).toThrow("bootstrapSavings: no entries: 0");
    expect(() => bootstrapSavings([at(replay, 4)])).toThrow("setting is out of range: 4, expected 0 to 3");
    expect(() => bootstrapSavings([at(replay, 0, 2)])).toThrow("model is out of range: 2, expected 0 to 1");
    expect(() => bootstrapSavings([at(replay)], { resamples: 1 })).toThrow("too few resamples: 1");
    rows.scores[0] = rows.scores[2] = Number.NaN;
    expect(() => bootstrapSavings([at(savingsReplay(2, rows, predictions))])).toThrow("no complete row");
  });
});
