import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { syntheticArtifact } from "../artifact/contract/synthetic-artifact.js";
import { createRandom } from "../random/random.js";
import { Router } from "../router/router.js";
import { type Exploration, explore } from "./exploration.js";

const drawing = (draw: number) => ({ uniform: () => draw });

describe("explore", () => {
  test("splits the first ε of chance evenly, and leaves the rest to the best", () => {
    // ε = 0.2 and four candidates: 0 to 0.05 the best, to 0.10 the second, …; from 0.2 on the best again
    const at = (draw: number) => explore({ rate: 0.2, random: drawing(draw) }, 4);
    expect([0.01, 0.06, 0.11, 0.19, 0.2, 0.99].map((draw) => at(draw).index)).toEqual([0, 1, 2, 3, 0, 0]);
    expect(at(0.99).propensity).toBeCloseTo(0.85, 12);
    expect(at(0.06).propensity).toBeCloseTo(0.05, 12);
  });

  test("states the chance that it really had: propensities of all candidates sum to 1", () => {
    const rate = fc.double({ min: 1e-9, max: 1, noNaN: true });
    fc.assert(
      fc.property(rate, fc.integer({ min: 1, max: 30 }), (epsilon, eligible) => {
        const parts = Array.from({ length: eligible }, (_, k) => (epsilon * (k + 0.5)) / eligible);
        const chances = parts.map((draw) => explore({ rate: epsilon, random: drawing(draw) }, eligible));
        expect(chances.map(({ index }) => index)).toEqual(parts.map((_, k) => k));
        const others = epsilon / eligible;
        expect(
          explore({ rate: epsilon, random: drawing(0) }, eligible).propensity + (eligible - 1) * others,
        ).toBeCloseTo(1, 12);
      }),
    );
  });

  test("is what its propensities say, over many draws", () => {
    const random = createRandom(4);
    const counts = [0, 0, 0];
    const propensities = [0, 0, 0];
    for (let i = 0; i < 30_000; i++) {
      const { index, propensity } = explore({ rate: 0.3, random }, 3);
      counts[index]++;
      propensities[index] = propensity;
    }
    for (let k = 0; k < 3; k++) expect(counts[k] / 30_000).toBeCloseTo(propensities[k], 2);
  });

  test.each([
    [{ rate: 1.1, random: drawing(0) }, "decide: exploration.rate: 1.1, expected a number from 0 to 1"],
    [{ rate: Number.NaN, random: drawing(0) }, "exploration.rate: NaN"],
    [{ rate: 0.1 }, "exploration.random: undefined, expected an object with uniform()"],
    [{ rate: 0.1, random: drawing(1) }, "exploration.random.uniform(): 1, expected a number from 0, below 1"],
  ])("refuses %j", (exploration, message) => {
    expect(() => explore(exploration as Exploration, 2)).toThrow(message);
  });
});

describe("a decision that explores", () => {
  const router = new Router(syntheticArtifact());
  const request = { embedding: new Float32Array(6).fill(0.3), inputTokens: 50, willingnessToPayUsd: 0.01 };

  test("repeats itself with the same seed, and keeps to the eligible candidates", () => {
    const run = () => {
      const random = createRandom(11);
      return Array.from({ length: 200 }, () =>
        router.decide({ ...request, deny: ["beta"], exploration: { rate: 0.5, random } }),
      );
    };
    const decisions = run();
    expect(run().map(({ model }) => model)).toEqual(decisions.map(({ model }) => model));
    // delta has no price, beta is denied: three are left
    expect([...new Set(decisions.map(({ model }) => model))].sort()).toEqual(["alpha", "epsilon", "gamma"]);
    for (const { model, ranking, propensity, margin } of decisions) {
      const best = ranking[0].model === model;
      expect(propensity).toBeCloseTo(best ? 1 - 0.5 + 0.5 / 3 : 0.5 / 3, 12);
      // an explored choice gives away what the best would have had
      expect(margin! >= 0).toBe(best);
    }
  });

  test("leaves the ranking, and all decisions without it, as they are", () => {
    const greedy = router.decide(request);
    const explored = router.decide({ ...request, exploration: { rate: 1, random: drawing(0.99) } });
    expect(greedy).not.toHaveProperty("propensity");
    expect(explored.ranking).toEqual(greedy.ranking);
    expect(explored.model).not.toBe(greedy.model);
    expect(JSON.parse(JSON.stringify(explored))).toEqual(explored);
    const never = router.decide({ ...request, exploration: { rate: 0, random: drawing(0) } });
    expect([never.model, never.propensity]).toEqual([greedy.model, 1]);
  });

  test("does not explore among candidates that missed minQuality", () => {
    const fallback = { ...request, minQuality: 1, onIneligible: "best" } as const;
    const decision = router.decide({ ...fallback, exploration: { rate: 1, random: drawing(0.99) } });
    expect([decision.model, decision.propensity]).toEqual([router.decide(fallback).model, 1]);
  });
});
