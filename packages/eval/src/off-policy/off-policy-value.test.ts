import { ShapeError } from "@onehead/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { importanceWeights } from "./importance-weights.js";
import { drawLog, greedyPolicy, trueQuality, type World, worldOf } from "./logged-world.fixture.js";
import { offPolicyValue } from "./off-policy-value.js";

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviationOf = (values: readonly number[]): number => {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
};

/** Estimates of the target's quality from `runs` logs of `logging`, with predictions off by a bias and noise. */
function replications(
  world: World,
  logging: Float64Array,
  target: Float64Array,
  runs: number,
  off: number,
  propensityOff = 1,
) {
  const N = world.models;
  const predicted = world.chances.map((chance, i) => chance + off * Math.sin(7 * i) + off / 2);
  const predictedTarget = Float64Array.from({ length: world.prompts }, (_, p) => {
    let sum = 0;
    for (let m = 0; m < N; m++) sum += target[p * N + m] * predicted[p * N + m];
    return sum;
  });
  return Array.from({ length: runs }, (_, run) => {
    const { chosen, scores } = drawLog(world, logging, run);
    const at = (values: Float64Array) => Float64Array.from(chosen, (m, p) => values[p * N + m]);
    const propensities = at(logging).map((chance, p) => (chosen[p] === 0 ? chance * propensityOff : chance));
    const weights = importanceWeights(at(target), propensities);
    return offPolicyValue({ outcomes: scores, predictedLogged: at(predicted), predictedTarget }, weights);
  });
}

describe("offPolicyValue", () => {
  it("agrees with a log of three calls worked out by hand", () => {
    // weights 2, 0, 4: ips = (2·1 + 4·0.5) / 3 = 4/3; self-normalised = 4 / 6
    // doubly robust = (0.8 + 2·(1 − 0.7) + 0.6 + 0.5 + 4·(0.5 − 0.4)) / 3 = 2.9 / 3
    const value = offPolicyValue(
      { outcomes: [1, 0, 0.5], predictedLogged: [0.7, 0.2, 0.4], predictedTarget: [0.8, 0.6, 0.5] },
      [2, 0, 4],
    );
    expect(value.ips).toBeCloseTo(4 / 3, 12);
    expect(value.selfNormalised).toBeCloseTo(2 / 3, 12);
    expect(value.doublyRobust).toBeCloseTo(2.9 / 3, 12);
    expect(value.logged).toBeCloseTo(0.5, 12);
  });

  const world = worldOf(1);
  const logging = greedyPolicy(world, (p) => p % 4, 0.4);
  const target = greedyPolicy(world, (p) => (p % 3) + 1, 0);
  const truth = trueQuality(world, target);
  const runs = 600;

  it("is unbiased over many logs, by weights and doubly robust, with a poor model of outcomes", () => {
    const values = replications(world, logging, target, runs, 0.3);
    for (const pick of ["ips", "doublyRobust"] as const) {
      const estimates = values.map((value) => value[pick]);
      const error = deviationOf(estimates) / Math.sqrt(runs);
      expect(Math.abs(meanOf(estimates) - truth)).toBeLessThan(3.5 * error);
    }
    // a ratio is biased by about 1/C
    expect(meanOf(values.map(({ selfNormalised }) => selfNormalised))).toBeCloseTo(truth, 2);
  });

  it("varies less doubly robust than by weights alone where predictions are fair, and self-normalised less than plain", () => {
    const values = replications(world, logging, target, runs, 0.05);
    const deviation = (pick: "ips" | "selfNormalised" | "doublyRobust") =>
      deviationOf(values.map((value) => value[pick]));
    expect(deviation("doublyRobust")).toBeLessThan(0.7 * deviation("ips"));
    expect(deviation("selfNormalised")).toBeLessThan(deviation("ips"));
  });

  it("is right doubly robust with wrong propensities if the model of outcomes is right", () => {
    const values = replications(
      world,
      logging,
      greedyPolicy(world, (p) => p % 2, 0),
      runs,
      0,
      3,
    );
    const right = trueQuality(
      world,
      greedyPolicy(world, (p) => p % 2, 0),
    );
    const doubly = values.map(({ doublyRobust }) => doublyRobust);
    expect(Math.abs(meanOf(doubly) - right)).toBeLessThan((3.5 * deviationOf(doubly)) / Math.sqrt(runs));
    expect(Math.abs(meanOf(values.map(({ ips }) => ips)) - right)).toBeGreaterThan(0.1);
  });

  it("is the log's own mean, exactly, where the judged policy is the log's", () => {
    const { chosen, scores } = drawLog(world, logging, 5);
    const chances = Float64Array.from(chosen, (m, p) => logging[p * 4 + m]);
    const zeros = new Float64Array(scores.length);
    const value = offPolicyValue(
      { outcomes: scores, predictedLogged: zeros, predictedTarget: zeros },
      importanceWeights(chances, chances),
    );
    expect(new Set([value.ips, value.selfNormalised, value.doublyRobust, value.logged]).size).toBe(1);
    expect(value.logged).toBe(meanOf([...scores]));
  });

  it("counts a call twice as if it stood twice in the log", () => {
    const call = fc.record({
      outcome: fc.double({ min: 0, max: 1, noNaN: true }),
      weight: fc.double({ min: 0.1, max: 20, noNaN: true }),
      here: fc.double({ min: 0, max: 1, noNaN: true }),
      there: fc.double({ min: 0, max: 1, noNaN: true }),
      count: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(
        fc.array(call, { minLength: 1 }).filter((calls) => calls.some(({ count }) => count > 0)),
        (calls) => {
          const estimatesOf = (list: typeof calls, counts?: number[]) =>
            offPolicyValue(
              {
                outcomes: list.map(({ outcome }) => outcome),
                predictedLogged: list.map(({ here }) => here),
                predictedTarget: list.map(({ there }) => there),
              },
              list.map(({ weight }) => weight),
              counts,
            );
          const counted = estimatesOf(
            calls,
            calls.map(({ count }) => count),
          );
          const repeated = estimatesOf(calls.flatMap((entry) => Array.from({ length: entry.count }, () => entry)));
          for (const pick of ["ips", "selfNormalised", "doublyRobust", "logged"] as const) {
            expect(counted[pick]).toBeCloseTo(repeated[pick], 9);
          }
        },
      ),
    );
  });

  it("refuses a log in which no call counts", () => {
    const none = { outcomes: [], predictedLogged: [], predictedTarget: [] };
    expect(() => offPolicyValue(none, [])).toThrow("offPolicyValue: calls that count: 0, expected at least one");
    const one = { outcomes: [1], predictedLogged: [1], predictedTarget: [1] };
    expect(() => offPolicyValue(one, [1], [0])).toThrow("calls that count: 0");
  });

  it("refuses lengths that differ", () => {
    const outcome = { outcomes: [1], predictedLogged: [1], predictedTarget: [1] };
    expect(() => offPolicyValue(outcome, [1, 2])).toThrow(ShapeError);
    expect(() => offPolicyValue({ ...outcome, predictedLogged: [] }, [1])).toThrow(ShapeError);
    expect(() => offPolicyValue(outcome, [1], [])).toThrow(ShapeError);
  });
});
