import { createRandom } from "@onehead/core/training";
import { describe, expect, it } from "vitest";
import type { CostTargets } from "../rows/cost-targets.js";
import { fitOwnShare, keepOwnShare } from "./shrink-costs.js";

const M = 4;

/** Predicted log costs with a part of each model's own, and recorded ones that follow that part by `slope`. */
function samples(R: number, slope: number) {
  const random = createRandom(3);
  const outputs = new Float32Array(R * M);
  const costTargets = new Float32Array(R * M);
  for (let r = 0; r < R; r++) {
    const common = random.normal();
    for (let m = 0; m < M; m++) {
      const own = 0.6 * random.normal();
      outputs[r * M + m] = 3 - m + common + own;
      costTargets[r * M + m] = 3 - m + common + slope * own + 0.2 * random.normal();
    }
  }
  return { outputs, rows: { costTargets, inputTokens: new Float64Array(R).fill(100) } };
}

const inUsd: Pick<CostTargets, "kinds" | "prices"> = {
  kinds: new Array(M).fill("usd"),
  prices: new Array(M).fill(null),
};

describe("fitOwnShare", () => {
  it.each([1, 0.5, 0])("finds a share of %d of what sets the models apart, whatever their levels", (slope) => {
    const { outputs, rows } = samples(3000, slope);
    expect(Math.abs(fitOwnShare(outputs, rows, inUsd) - slope)).toBeLessThan(0.11);
  });

  it("finds it where one model of a row is recorded", () => {
    const { outputs, rows } = samples(6000, 0.5);
    rows.costTargets.forEach((_, i) => {
      if (i % M !== Math.floor(i / M) % M) rows.costTargets[i] = Number.NaN;
    });
    expect(Math.abs(fitOwnShare(outputs, rows, inUsd) - 0.5)).toBeLessThan(0.21);
  });

  it("finds it in tokens, at any price, and beside a model without one", () => {
    const { outputs, rows } = samples(3000, 0.5);
    const price = (scale: number) => ({ inputUsdPerMillionTokens: scale, outputUsdPerMillionTokens: 5 * scale });
    const priced: Pick<CostTargets, "kinds" | "prices"> = {
      kinds: new Array(M).fill("tokens"),
      prices: [price(0.1), price(100), price(1), null],
    };
    expect(Math.abs(fitOwnShare(outputs, rows, priced) - 0.5)).toBeLessThan(0.11);
  });

  it("believes less where the mean follows the logarithm less", () => {
    // an answer that is short 19 times of 20: −0.85 in the mean logarithm, but ln 0.72 = −0.33 in the logarithm of the mean
    const random = createRandom(9);
    const R = 6000;
    const outputs = new Float32Array(R * M);
    const costTargets = new Float32Array(R * M);
    for (let i = 0; i < R * M; i++) {
      const short = random.uniform() < 0.5;
      outputs[i] = short ? -0.85 : 0;
      if (short) costTargets[i] = random.uniform() < 0.95 ? -1 : 2;
    }
    const share = fitOwnShare(outputs, { costTargets, inputTokens: new Float64Array(R) }, inUsd);
    expect(Math.abs(share - 0.33 / 0.85)).toBeLessThan(0.11);
  });

  it("keeps all where nothing is recorded", () => {
    const outputs = Float32Array.of(1, 2, 3, 4);
    const costTargets = new Float32Array(4).fill(Number.NaN);
    expect(fitOwnShare(outputs, { costTargets, inputTokens: Float64Array.of(5) }, inUsd)).toBe(1);
  });
});

describe("keepOwnShare", () => {
  it("keeps the mean and shrinks the deviations of each vector over the models", () => {
    // (2, 3): means 2 and 6
    const values = Float32Array.of(1, 2, 3, 3, 6, 9);
    keepOwnShare(values, 0.5, 3);
    expect([...values]).toEqual([1.5, 2, 2.5, 4.5, 6, 7.5]);
  });

  it("takes the models on any axis", () => {
    // (3, 2): columns 1, 2, 3 and 3, 6, 9
    const values = Float32Array.of(1, 3, 2, 6, 3, 9);
    keepOwnShare(values, 0.5, 3, 2);
    expect([...values]).toEqual([1.5, 4.5, 2, 6, 2.5, 7.5]);
  });
});
