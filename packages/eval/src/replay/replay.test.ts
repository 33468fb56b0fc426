import { argmaxReward, linearReward, OneheadError, type RewardKind } from "@onehead/core";
import { createRandom } from "@onehead/core/training";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { selectionCounts } from "./choice-runs.js";
import { costQualityCurve } from "./cost-quality-curve.js";
import { createReplay } from "./create-replay.js";
import { dearestMeanCostUsd, lambdaGrid, withLambda } from "./lambda-grid.js";
import type { Replay, ReplayRouter } from "./replay.js";
import { costRangeOf, randomMixPoint, singleModelPoints } from "./single-models.js";

const nan = Number.NaN;

function routerOf(id: string, reward: RewardKind = "linear"): ReplayRouter {
  return { id, name: id, role: "baseline", reward, estimatesQuality: true };
}

interface World {
  models: string[];
  scores: Float32Array;
  costsUsd: Float64Array;
  quality: Float32Array;
  costUsd: Float64Array;
}

/** Truth and predictions of a random pool; coarse values make ties likely. */
function worldOf(seed: number, rows: number, N: number, coarse: boolean): World {
  const random = createRandom(seed);
  const draw = (): number => (coarse ? random.integer(5) / 4 : random.uniform());
  const cells = rows * N;
  return {
    models: Array.from({ length: N }, (_, m) => `m${m}`),
    scores: Float32Array.from({ length: cells }, draw),
    costsUsd: Float64Array.from({ length: cells }, () => 1e-3 * (draw() + 0.25)),
    quality: Float32Array.from({ length: cells }, draw),
    costUsd: Float64Array.from({ length: cells }, () => 1e-3 * (draw() + 0.25)),
  };
}

const worlds = fc
  .record({
    seed: fc.nat(),
    rows: fc.integer({ min: 1, max: 20 }),
    N: fc.integer({ min: 1, max: 6 }),
    coarse: fc.boolean(),
  })
  .map(({ seed, rows, N, coarse }) => worldOf(seed, rows, N, coarse));

const lambdas = lambdaGrid(1e-3, 33);

function replayOf(world: World, reward: RewardKind = "linear", chunks = [world.scores.length]): Replay {
  const recorder = createReplay(world.models, [routerOf("r", reward)], lambdas);
  let from = 0;
  for (const length of chunks) {
    const cut = <T extends Float32Array | Float64Array>(values: T): T => values.slice(from, from + length) as T;
    recorder.add({ scores: cut(world.scores), costsUsd: cut(world.costsUsd) }, [
      { quality: cut(world.quality), costUsd: cut(world.costUsd) },
    ]);
    from += length;
  }
  return recorder.finish();
}

describe("lambdaGrid", () => {
  it("spans eight decades around the dearest model, between the two exact ends", () => {
    const grid = lambdaGrid(0.02, 5);
    expect(Array.from(grid)).toEqual([
      0,
      ...[2e-6, 2e-4, 2e-2, 2, 200].map((lambda) => expect.closeTo(lambda, 12)),
      Number.POSITIVE_INFINITY,
    ]);
    expect(lambdaGrid(1)).toHaveLength(67);
  });

  it.each([0, -1, nan, Number.POSITIVE_INFINITY])("refuses a reference of %d", (reference) => {
    expect(() => lambdaGrid(reference)).toThrow("lambdaGrid: referenceCostUsd");
  });

  it("refuses fewer than two values", () => {
    expect(() => lambdaGrid(1, 1)).toThrow("lambdaGrid: count");
  });
});

describe("withLambda", () => {
  it("puts one more value in its place, and none that is there", () => {
    const grid = Float64Array.of(0, 1, 10, Number.POSITIVE_INFINITY);
    expect(Array.from(withLambda(grid, 3))).toEqual([0, 1, 3, 10, Number.POSITIVE_INFINITY]);
    for (const known of grid) expect(withLambda(grid, known)).toBe(grid);
    expect(() => withLambda(grid, -1)).toThrow("withLambda: lambdaUsd: -1");
    expect(() => withLambda(grid, nan)).toThrow("withLambda: lambdaUsd: NaN");
  });
});

describe("dearestMeanCostUsd", () => {
  it("is the highest mean over known costs", () => {
    // means: (1 + 3)/2 = 2 and 5, known once
    expect(dearestMeanCostUsd(Float64Array.of(1, nan, 3, 5), 2)).toBe(5);
    expect(dearestMeanCostUsd(Float64Array.of(nan, nan), 2)).toBeNaN();
  });
});

describe("createReplay", () => {
  it("counts what was incurred, not what was predicted", () => {
    // two prompts, models cheap and dear; predicted .5 at 1 and .7 at 2 for the first: dear from λ = 1/.2 = 5 on;
    // .5 at 1 and .9 at 2 for the second: dear from 1/.4 = 2.5 on. True (score, cost): (1, 3), (0, 4); (0, 1), (1, 8).
    const sweep = Float64Array.of(0, 2, 4, 6, Number.POSITIVE_INFINITY);
    const recorder = createReplay(["cheap", "dear"], [routerOf("r")], sweep);
    recorder.add({ scores: Float32Array.of(1, 0, 0, 1), costsUsd: Float64Array.of(3, 4, 1, 8) }, [
      { quality: Float32Array.of(0.5, 0.7, 0.5, 0.9), costUsd: Float64Array.of(1, 2, 1, 2) },
    ]);
    const replay = recorder.finish();
    // λ 0, 2: both cheap, (3 + 1)/2 = 2 and (1 + 0)/2; λ 4: (3 + 8)/2 = 5.5 and 1; from 6 on: (4 + 8)/2 = 6 and .5
    expect(costQualityCurve(replay, replay.routers[0].choices)).toEqual([
      { costUsd: 2, quality: 0.5 },
      { costUsd: 2, quality: 0.5 },
      { costUsd: 5.5, quality: 1 },
      { costUsd: 6, quality: 0.5 },
      { costUsd: 6, quality: 0.5 },
    ]);
    expect(Array.from(selectionCounts(replay.routers[0].choices, 5, 2))).toEqual([2, 0, 2, 0, 1, 1, 0, 2, 0, 2]);
    // singles: (3 + 1)/2, (1 + 0)/2 and (4 + 8)/2, (0 + 1)/2; random: their mean
    const singles = singleModelPoints(replay);
    expect(singles).toEqual([
      { costUsd: 2, quality: 0.5 },
      { costUsd: 6, quality: 0.5 },
    ]);
    expect(randomMixPoint(singles)).toEqual({ costUsd: 4, quality: 0.5 });
    // the oracle ends at the best score at the least cost: 3 and 8
    expect(costQualityCurve(replay, replay.oracle)[4]).toEqual({ costUsd: 5.5, quality: 1 });
  });

  it("draws curves from complete rows only, log loss and calibration from every known score", () => {
    const recorder = createReplay(["a", "b"], [routerOf("r")], lambdas);
    // row 0 lacks a score, row 1 a cost, row 2 nothing
    recorder.add({ scores: Float32Array.of(1, nan, 1, 1, 0, 1), costsUsd: Float64Array.of(1, 2, 1, nan, 1, 2) }, [
      { quality: Float32Array.of(0.5, 0.5, 0.5, 0.5, 0.5, 0.5), costUsd: new Float64Array(6).fill(1) },
    ]);
    const replay = recorder.finish();
    expect([replay.rows, replay.completeRows]).toEqual([3, 1]);
    expect(Array.from(replay.promptKeys)).toEqual([2]);
    expect(Array.from(replay.scoredRows)).toEqual([3, 2]);
    expect(replay.routers[0].predictions?.reliability.total).toBe(5);
    expect(replay.routers[0].predictions?.logLoss).toBeCloseTo(Math.LN2, 12);
  });

  it("takes nothing of the predictions where quality only encodes a choice", () => {
    const recorder = createReplay(["a"], [{ ...routerOf("r"), estimatesQuality: false }], lambdas);
    recorder.add({ scores: Float32Array.of(1), costsUsd: Float64Array.of(1) }, [
      { quality: Float32Array.of(1), costUsd: Float64Array.of(1) },
    ]);
    expect(recorder.finish().routers[0].predictions).toBeNull();
  });

  it.each(["linear", "exponential"] as const)("never chooses a model whose %s prediction is NaN", (reward) => {
    const recorder = createReplay(["a", "b", "c"], [routerOf("r", reward)], lambdas);
    recorder.add({ scores: Float32Array.of(0, 0.5, 1), costsUsd: Float64Array.of(1, 1, 1) }, [
      { quality: Float32Array.of(nan, 0.2, 0.9), costUsd: Float64Array.of(1, 1, nan) },
    ]);
    const replay = recorder.finish();
    for (const { quality } of costQualityCurve(replay, replay.routers[0].choices)) expect(quality).toBe(0.5);
  });

  it("takes a free model at λ = 0, the better one of two", () => {
    const recorder = createReplay(["a", "b", "c"], [routerOf("r")], lambdas);
    recorder.add({ scores: Float32Array.of(1, 0, 0.5), costsUsd: Float64Array.of(3, 0, 0) }, [
      { quality: Float32Array.of(0.9, 0.1, 0.2), costUsd: Float64Array.of(3, 0, 0) },
    ]);
    const replay = recorder.finish();
    const curve = costQualityCurve(replay, replay.routers[0].choices);
    expect([curve[0], curve[curve.length - 1]]).toEqual([
      { costUsd: 0, quality: 0.5 },
      { costUsd: 3, quality: 1 },
    ]);
  });

  it.each(["linear", "exponential"] as const)("equals the choice of core at every λ (%s)", (reward) => {
    fc.assert(
      fc.property(worlds, (world) => {
        const N = world.models.length;
        const rows = world.scores.length / N;
        const replay = replayOf(world, reward);
        const curve = costQualityCurve(replay, replay.routers[0].choices);
        for (let l = 1; l < lambdas.length; l++) {
          let [cost, quality] = [0, 0];
          for (let r = 0; r < rows; r++) {
            const preference = { reward, lambdaUsd: lambdas[l] };
            const chosen = argmaxReward(preference, world.quality, world.costUsd, N, null, r * N);
            cost += world.costsUsd[r * N + chosen] / rows;
            quality += world.scores[r * N + chosen] / rows;
          }
          expect(curve[l].quality).toBeCloseTo(quality, 12);
          expect(curve[l].costUsd).toBeCloseTo(cost, 14);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("does not depend on how the stream is cut", () => {
    fc.assert(
      fc.property(worlds, fc.nat(), (world, at) => {
        const N = world.models.length;
        const first = (at % (world.scores.length / N)) * N;
        const { routers: cut, ...cutTruth } = replayOf(world, "linear", [first, world.scores.length - first]);
        const { routers: whole, ...wholeTruth } = replayOf(world);
        expect(cutTruth).toEqual(wholeTruth);
        expect(cut[0].choices).toEqual(whole[0].choices);
        expect(cut[0].predictions?.logLoss).toBe(whole[0].predictions?.logLoss);
      }),
    );
  });

  it("never lowers the predicted quality or cost of a choice as λ rises (linear reward)", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const N = world.models.length;
        const { rowStart, model } = replayOf(world).routers[0].choices;
        for (let row = 0; row + 1 < rowStart.length; row++) {
          for (let run = rowStart[row] + 1; run < rowStart[row + 1]; run++) {
            const [before, after] = [row * N + model[run - 1], row * N + model[run]];
            expect(world.quality[after]).toBeGreaterThanOrEqual(world.quality[before]);
            expect(world.costUsd[after]).toBeGreaterThanOrEqual(world.costUsd[before]);
          }
        }
      }),
    );
  });

  it("has an oracle whose mean linear reward no router beats at any λ", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const replay = replayOf(world);
        const oracle = costQualityCurve(replay, replay.oracle);
        const router = costQualityCurve(replay, replay.routers[0].choices);
        for (let l = 1; l < lambdas.length; l++) {
          const [best, other] = [oracle[l], router[l]].map(({ quality, costUsd }) =>
            linearReward(quality, costUsd, lambdas[l]),
          );
          expect(best).toBeGreaterThanOrEqual(other - 1e-9 * Math.max(1, Math.abs(other)));
        }
      }),
    );
  });

  const good = { scores: Float32Array.of(0, 1), costsUsd: Float64Array.of(1, 2) };
  const fine = { quality: Float32Array.of(0.5, 0.5), costUsd: Float64Array.of(1, 1) };
  it.each([
    [
      "a score above 1",
      { ...good, scores: Float32Array.of(0, 1.5) },
      fine,
      "score is out of range: 1.5 (row 7, model 1)",
    ],
    [
      "a negative cost",
      { ...good, costsUsd: Float64Array.of(-1, 1) },
      fine,
      "cost is out of range: -1 (row 7, model 0)",
    ],
    [
      "an infinite cost",
      { ...good, costsUsd: Float64Array.of(1, Number.POSITIVE_INFINITY) },
      fine,
      "cost is out of range",
    ],
    ["too few costs", { ...good, costsUsd: Float64Array.of(1) }, fine, "costsUsd: length is 1, expected 2"],
    [
      "half a row",
      { scores: Float32Array.of(1), costsUsd: Float64Array.of(1) },
      fine,
      "scores: length is 1, expected 0",
    ],
    ["keys for other rows", { ...good, promptKeys: [1, 2] }, fine, "promptKeys: length is 2, expected 1"],
    [
      "a predicted quality above 1",
      good,
      { ...fine, quality: Float32Array.of(0, 2) },
      "quality of router r is out of range: 2",
    ],
    [
      "a predicted cost below 0",
      good,
      { ...fine, costUsd: Float64Array.of(-1, 0) },
      "costUsd of router r is out of range",
    ],
    ["too few predictions", good, { ...fine, quality: Float32Array.of(0) }, "quality of router r: length is 1"],
    [
      "no usable prediction",
      good,
      { ...fine, quality: Float32Array.of(nan, nan) },
      "router r can choose no model for row 7",
    ],
  ])("refuses %s", (_, rows, predictions, message) => {
    const recorder = createReplay(["a", "b"], [routerOf("r")], lambdas);
    const before = { scores: new Float32Array(14), costsUsd: new Float64Array(14) };
    recorder.add(before, [{ quality: new Float32Array(14), costUsd: new Float64Array(14) }]);
    let thrown: unknown;
    try {
      recorder.add(rows, [predictions]);
    } catch (error) {
      thrown = error;
    }
    expect(OneheadError.isInstance(thrown) && thrown.message).toContain(message);
  });

  it.each([
    ["no models", [], [routerOf("r")], lambdas],
    ["two routers of one id", ["a"], [routerOf("r"), routerOf("r")], lambdas],
    ["an id of the pool's own", ["a"], [routerOf("oracle")], lambdas],
    ["an id of a single model", ["a"], [routerOf("single:a")], lambdas],
    ["falling λ", ["a"], [routerOf("r")], Float64Array.of(2, 1)],
    ["λ of NaN", ["a"], [routerOf("r")], Float64Array.of(nan)],
    ["no λ", ["a"], [routerOf("r")], new Float64Array(0)],
  ])("refuses to start with %s", (_, models, routers, sweep) => {
    expect(() => createReplay(models, routers, sweep)).toThrow(/^createReplay: /);
  });
});

describe("costRangeOf", () => {
  it("runs from the cheapest model, of equals the better one, to the dearest", () => {
    const points = [
      { costUsd: 2, quality: 0.9 },
      { costUsd: 1, quality: 0.2 },
      { costUsd: 1, quality: 0.3 },
    ];
    expect(costRangeOf(points)).toEqual({ minCostUsd: 1, maxCostUsd: 2, cheapestPoint: points[2] });
  });
});
