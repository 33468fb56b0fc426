import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createReplay } from "../replay/create-replay.js";
import type { Replay } from "../replay/replay.js";
import { predictedIncurred } from "./predicted-incurred.js";

interface World {
  scores: number[];
  costsUsd: number[];
  quality: number[];
  costUsd: number[];
}

function replayOf({ scores, costsUsd, quality, costUsd }: World, models: number, lambdas: number[]): Replay {
  const names = Array.from({ length: models }, (_, m) => `m${m}`);
  const router = { id: "r", name: "r", role: "baseline", reward: "linear", estimatesQuality: true } as const;
  const recorder = createReplay(names, [router], Float64Array.from(lambdas));
  recorder.add({ scores: Float32Array.from(scores), costsUsd: Float64Array.from(costsUsd) }, [
    { quality: Float32Array.from(quality), costUsd: Float64Array.from(costUsd) },
  ]);
  return recorder.finish();
}

function measured(world: World, models: number, lambdas: number[]) {
  const replay = replayOf(world, models, lambdas);
  return predictedIncurred(replay, replay.routers[0].choices);
}

const infinity = Number.POSITIVE_INFINITY;

describe("predictedIncurred", () => {
  it("agrees with an example worked out by hand", () => {
    // two rows, models cheap and dear; at 0 both rows take cheap, at ∞ both take dear
    const found = measured(
      {
        scores: [0, 1, 1, 1],
        costsUsd: [1, 4, 1, 6],
        quality: [0.5, 0.75, 0.5, 1],
        costUsd: [1, 6, 1, 6],
      },
      2,
      [0, infinity],
    );
    // cheap: predicted .5, got (0 + 1)/2; dear: predicted .875, got 1
    expect(found.optimism).toBeCloseTo((0 - 0.125) / 2, 6);
    // cheap: 1 for 1; dear: predicted 6, paid 5, so 20 %; misses 2 and 0 have variance 2, standard error 1
    expect(found.costError).toBeCloseTo((0 + 0.2) / 2, 12);
    expect(found.settings[1].costStandardErrorUsd).toBeCloseTo(1, 12);
    // 1 ≤ .05 · 5 + 2 · 1
    expect(found.costWithin).toBe(1);
  });

  it("counts a cost as missed beyond 5 % and two standard errors", () => {
    const world = { scores: [1, 1], costsUsd: [10, 10], quality: [1, 1], costUsd: [10.6, 10.6] };
    expect(measured(world, 1, [0, infinity]).costWithin).toBe(0);
    expect(measured({ ...world, costUsd: [10.4, 10.4] }, 1, [0, infinity]).costWithin).toBe(1);
  });

  it("is 0 for predictions that are the outcomes", () => {
    const cell = fc.record({ score: fc.integer({ min: 0, max: 4 }), cost: fc.integer({ min: 1, max: 9 }) });
    const rows = fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(rows, (drawn) => {
        const scores = drawn.flat().map(({ score }) => score / 4);
        const costs = drawn.flat().map(({ cost }) => cost);
        const found = measured({ scores, costsUsd: costs, quality: scores, costUsd: costs }, 3, [0, 1, 4, infinity]);
        expect(found.optimism).toBeCloseTo(0, 12);
        expect(found.costError).toBeCloseTo(0, 12);
        expect(found.costWithin).toBe(1);
      }),
    );
  });

  it("has no cost error where nothing is paid, and leaves free settings out where some is", () => {
    const free = { scores: [1, 0], costsUsd: [0, 0], quality: [1, 0.5], costUsd: [0.1, 0.2] };
    expect(measured(free, 2, [0, infinity])).toMatchObject({ costError: null, costWithin: null });
    // at 0 the free model is taken for what it predicted, at ∞ the other one: 3 for 2
    const half = { scores: [0, 1], costsUsd: [0, 2], quality: [0.1, 0.9], costUsd: [1, 3] };
    expect(measured(half, 2, [0, infinity]).costError).toBeCloseTo(0.5, 12);
  });
});
