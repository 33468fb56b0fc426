import { createRandom } from "@onehead/core/training";
import { describe, expect, it } from "vitest";
import { aiq, logAiq } from "../metrics/aiq.js";
import { costQualityCurve } from "../replay/cost-quality-curve.js";
import { createReplay } from "../replay/create-replay.js";
import { lambdaGrid } from "../replay/lambda-grid.js";
import type { Replay } from "../replay/replay.js";
import { costRangeOf, randomMixPoint, singleModelPoints } from "../replay/single-models.js";
import { bootstrapAiq } from "./bootstrap-aiq.js";
import { differenceOf, intervalOf } from "./intervals.js";
import { createPromptResampler } from "./prompt-resampler.js";

/** Two routers on a pool of three: one sees the scores through noise, the other sees noise alone. */
function replayOf(seed: number, rows: number, options: { keys?: number[]; freeModel?: boolean } = {}): Replay {
  const random = createRandom(seed);
  const N = 3;
  const scores = Float32Array.from({ length: rows * N }, (_, i) => (random.uniform() < 0.4 + 0.2 * (i % N) ? 1 : 0));
  const costsUsd = Float64Array.from({ length: rows * N }, (_, i) =>
    options.freeModel && i % N === 0 ? 0 : 4 ** (i % N) * (0.5 + random.uniform()),
  );
  const costUsd = Float64Array.from({ length: rows * N }, (_, i) => 4 ** (i % N));
  const seeing = Float32Array.from(scores, (score) => 0.25 + 0.3 * score + 0.4 * random.uniform());
  const blind = Float32Array.from(scores, () => random.uniform());
  const router = { role: "baseline" as const, reward: "linear" as const, estimatesQuality: true };
  const recorder = createReplay(
    ["a", "b", "c"],
    [
      { ...router, id: "seeing", name: "seeing" },
      { ...router, id: "blind", name: "blind" },
    ],
    lambdaGrid(16, 17),
  );
  recorder.add({ scores, costsUsd, ...(options.keys && { promptKeys: options.keys }) }, [
    { quality: seeing, costUsd },
    { quality: blind, costUsd },
  ]);
  return recorder.finish();
}

/** The replay of the rows that a resample drew, each as often as it was drawn: the specification of a resample. */
function repeated(replay: Replay, weights: ArrayLike<number>): Replay {
  const N = replay.models.length;
  const rows = Array.from({ length: replay.completeRows }, (_, r) => new Array<number>(weights[r]).fill(r)).flat();
  const choicesOf = (choices: Replay["oracle"]): Replay["oracle"] => {
    const { rowStart, setting, model, predictedQuality, predictedCostUsd } = choices;
    const runs = rows.map((r) => Array.from({ length: rowStart[r + 1] - rowStart[r] }, (_, i) => rowStart[r] + i));
    const starts = [0];
    for (const run of runs) starts.push(starts[starts.length - 1] + run.length);
    return {
      rowStart: Uint32Array.from(starts),
      setting: Uint16Array.from(runs.flat(), (run) => setting[run]),
      model: Uint16Array.from(runs.flat(), (run) => model[run]),
      predictedQuality: Float32Array.from(runs.flat(), (run) => predictedQuality[run]),
      predictedCostUsd: Float64Array.from(runs.flat(), (run) => predictedCostUsd[run]),
    };
  };
  return {
    ...replay,
    completeRows: rows.length,
    scores: Float32Array.from(rows.flatMap((r) => Array.from(replay.scores.subarray(r * N, (r + 1) * N)))),
    costsUsd: Float64Array.from(rows.flatMap((r) => Array.from(replay.costsUsd.subarray(r * N, (r + 1) * N)))),
    routers: replay.routers.map((router) => ({ ...router, choices: choicesOf(router.choices) })),
    oracle: choicesOf(replay.oracle),
  };
}

describe("createPromptResampler", () => {
  it("draws as many prompts as there are, a prompt's rows together in all sets", () => {
    const resampler = createPromptResampler(
      [
        [7, 8, 7, 9],
        [9, 5],
      ],
      1,
    );
    expect(resampler.prompts).toBe(4);
    for (let i = 0; i < 50; i++) {
      resampler.next();
      const [first, second] = resampler.weights;
      expect(first[0]).toBe(first[2]);
      expect(first[3]).toBe(second[0]);
      // prompts 7, 8, 9 and 5 share four draws
      expect(first[0] + first[1] + first[3] + second[1]).toBe(4);
      expect(second[0] + second[1]).toBeGreaterThan(0);
      expect(first[0] + first[1] + first[3]).toBeGreaterThan(0);
    }
  });
});

describe("bootstrapAiq", () => {
  const replay = replayOf(1, 60);

  it("estimates on the rows as they are", () => {
    const { ids, estimate } = bootstrapAiq([replay], { resamples: 2 });
    expect(ids).toEqual(["seeing", "blind", "oracle", "zero", "random", "single:a", "single:b", "single:c"]);
    const models = singleModelPoints(replay);
    const range = costRangeOf(models);
    const curves = [
      costQualityCurve(replay, replay.routers[0].choices),
      costQualityCurve(replay, replay.routers[1].choices),
      costQualityCurve(replay, replay.oracle),
      models,
      [randomMixPoint(models)],
      ...models.map((point) => [point]),
    ];
    for (const [entry, points] of curves.entries()) {
      expect(estimate.aiq[entry]).toBeCloseTo(aiq(points, range), 12);
      expect(estimate.logAiq[entry]).toBeCloseTo(logAiq(points, range), 12);
    }
  });

  it("computes each resample as if the drawn rows were the data", () => {
    const draws = bootstrapAiq([replay], { resamples: 5, seed: 3 });
    const resampler = createPromptResampler([replay.promptKeys], 3);
    for (const { aiq: values, logAiq: logValues } of draws.resamples) {
      resampler.next();
      const { estimate } = bootstrapAiq([repeated(replay, resampler.weights[0])], { resamples: 2 });
      for (const entry of draws.ids.keys()) {
        expect(values[entry]).toBeCloseTo(estimate.aiq[entry], 12);
        expect(logValues[entry]).toBeCloseTo(estimate.logAiq[entry], 12);
      }
    }
  });

  it("is the same for the same seed and differs for another", () => {
    const [one, same, other] = [5, 5, 6].map((seed) => bootstrapAiq([replay], { resamples: 10, seed }));
    expect(same).toEqual(one);
    expect(other.resamples).not.toEqual(one.resamples);
    expect(other.estimate).toEqual(one.estimate);
  });

  it("finds the router that sees better than the blind one, paired and with certainty", () => {
    const draws = bootstrapAiq([replayOf(2, 400)], { resamples: 200 });
    const difference = differenceOf(draws, "aiq", "seeing", "blind");
    expect(difference?.interval[0]).toBeGreaterThan(0);
    expect(difference?.winShare).toBe(1);
    expect(differenceOf(draws, "aiq", "blind", "seeing")?.value).toBe(-(difference?.value ?? 0));
    expect(differenceOf(draws, "aiq", "seeing", "seeing")).toEqual({
      value: 0,
      interval: [0, 0],
      standardError: 0,
      winShare: 0,
    });
  });

  it("has the standard error of a mean for a single model of one price", () => {
    // one model: AIQ is its mean score; 400 scores of 0/1 around p have a standard error of √(p(1 − p)/400)
    const random = createRandom(9);
    const recorder = createReplay(["a"], [], lambdaGrid(1, 3));
    const scores = Float32Array.from({ length: 400 }, () => (random.uniform() < 0.5 ? 1 : 0));
    recorder.add({ scores, costsUsd: new Float64Array(400).fill(1) }, []);
    const estimate = intervalOf(bootstrapAiq([recorder.finish()], { resamples: 2000 }), "aiq", "single:a");
    const mean = scores.reduce((sum, score) => sum + score, 0) / 400;
    const expected = Math.sqrt((mean * (1 - mean)) / 400);
    expect(estimate?.value).toBeCloseTo(mean, 12);
    expect(Math.abs((estimate?.standardError ?? 0) - expected)).toBeLessThan(0.1 * expected);
    expect(Math.abs((estimate?.interval[1] ?? 0) - mean - 1.96 * expected)).toBeLessThan(0.2 * expected);
  });

  it("averages over seeds, and does not take the same prompts seen twice for twice the evidence", () => {
    const twice = bootstrapAiq([replay, replay], { resamples: 50, seed: 1 });
    const once = bootstrapAiq([replay], { resamples: 50, seed: 1 });
    expect(twice.estimate.aiq).toEqual(once.estimate.aiq);
    expect(twice.resamples).toEqual(once.resamples);
    // with prompts of their own, two sets are twice the evidence: the standard error falls by about √2
    const apart = replayOf(2, 60, { keys: Array.from({ length: 60 }, (_, r) => 1000 + r) });
    const error = (replays: Replay[]): number =>
      intervalOf(bootstrapAiq(replays, { resamples: 400 }), "aiq", "single:b")?.standardError ?? 0;
    expect(error([replay, apart]) / ((error([replay]) + error([apart])) / 2)).toBeLessThan(0.85);
  });

  it("has no logAIQ where a model is free", () => {
    const draws = bootstrapAiq([replayOf(1, 30, { freeModel: true })], { resamples: 5 });
    expect(intervalOf(draws, "logAiq", "zero")).toBeNull();
    expect(differenceOf(draws, "logAiq", "seeing", "zero")).toBeNull();
    expect(intervalOf(draws, "aiq", "zero")?.value).toBeGreaterThan(0);
  });

  it.each([
    ["no replays", () => bootstrapAiq([])],
    ["a replay without rows", () => bootstrapAiq([replayOf(1, 0)])],
    ["replays of other routers", () => bootstrapAiq([replay, { ...replay, routers: [] }])],
    ["one resample", () => bootstrapAiq([replay], { resamples: 1 })],
    ["an unknown entry", () => intervalOf(bootstrapAiq([replay], { resamples: 2 }), "aiq", "nobody")],
  ])("refuses %s", (_, action) => {
    expect(action).toThrow(/^bootstrapAiq: /);
  });
});
