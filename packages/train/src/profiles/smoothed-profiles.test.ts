import { createRandom } from "@onehead/core/training";
import { describe, expect, it } from "vitest";
import { type ProfileInputs, smoothedProfiles } from "./smoothed-profiles.js";

const unknown = Number.NaN;
const logit = (p: number): number => Math.log(p / (1 - p));

function expectClose(actual: Float32Array, expected: number[], digits = 5): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(actual[i]).toBeCloseTo(value, digits);
  });
}

/** Two rows at right angles, the anchor on the first; κ = ln 4, so that the weights are e⁰ = 1 and e^−ln 4 = ¼. */
const twoRows: ProfileInputs = {
  embeddings: Float32Array.of(2, 0, 0, 5),
  anchors: Float32Array.of(3, 0),
  scores: Float32Array.of(1, 0.5, 0, unknown),
  costTargets: Float32Array.of(2, unknown, 6, 4),
  costKinds: ["usd", "usd"],
  rows: 2,
  dimensions: 2,
  anchorCount: 1,
  models: 2,
  sharpness: Math.log(4),
  prior: 1,
};

describe("smoothedProfiles", () => {
  it("agrees with two rows worked out by hand", () => {
    const profiles = smoothedProfiles(twoRows);
    // mean of all scores (1 + 0.5 + 0)/3 = 0.5; shrunk by one pseudo-count: (1 + 0 + 0.5)/3 = 0.5, (0.5 + 0.5)/2 = 0.5
    expectClose(profiles.qualityBias, [0, 0]);
    // mean of all costs (2 + 6 + 4)/3 = 4; (2 + 6 + 4)/3 = 4, (4 + 4)/2 = 4
    expectClose(profiles.costBias, [4, 4]);
    // model 0: (1·1 + ¼·0 + 1·0.5)/(1 + ¼ + 1) = 1.5/2.25 = 2/3; model 1, first row only: (0.5 + 0.5)/2 = 0.5
    expectClose(profiles.quality, [Math.log(2), 0]);
    // model 0: (1·2 + ¼·6 + 1·4)/2.25 = 7.5/2.25 = 10/3; model 1, second row only: (¼·4 + 1·4)/1.25 = 4
    expectClose(profiles.cost, [10 / 3 - 4, 0]);
  });

  it("does not depend on the lengths of the embeddings", () => {
    const scaled = { ...twoRows, embeddings: Float32Array.of(8, 0, 0, 0.5), anchors: Float32Array.of(0.25, 0) };
    expect(smoothedProfiles(scaled)).toEqual(smoothedProfiles(twoRows));
  });

  it("gives a model that nobody asked the mean of all models, and a flat profile", () => {
    const profiles = smoothedProfiles({
      ...twoRows,
      scores: Float32Array.of(1, unknown, 0.2, unknown),
      costTargets: Float32Array.of(3, unknown, 5, unknown),
    });
    expect(profiles.qualityBias[1]).toBeCloseTo(logit(0.6), 5);
    expect(profiles.costBias[1]).toBeCloseTo(4, 5);
    expect(profiles.quality[1]).toBeCloseTo(0, 5);
    expect(profiles.cost[1]).toBeCloseTo(0, 5);
  });

  it("is finite without a prior, also for a model without a label, and where nothing is known", () => {
    const some = { scores: Float32Array.of(1, unknown, 0, unknown), costTargets: new Float32Array(4).fill(unknown) };
    const none = { ...some, scores: new Float32Array(4).fill(unknown) };
    for (const labels of [some, none]) {
      for (const values of Object.values(smoothedProfiles({ ...twoRows, ...labels, prior: 0 }))) {
        expect(Array.from(values).every(Number.isFinite)).toBe(true);
      }
    }
  });

  it("keeps starting scores within [0.01, 0.99]", () => {
    const profiles = smoothedProfiles({ ...twoRows, scores: Float32Array.of(1, 0, 1, 0), prior: 0 });
    expectClose(profiles.qualityBias, [logit(0.99), logit(0.01)]);
    expectClose(profiles.quality, [0, 0]);
  });

  it("comes closer to the model's mean the larger the prior", () => {
    let before = Number.POSITIVE_INFINITY;
    for (const prior of [0.1, 1, 10, 1000]) {
      const departure = Math.abs(smoothedProfiles({ ...twoRows, prior }).cost[0]);
      expect(departure).toBeLessThan(before);
      before = departure;
    }
    expect(before).toBeLessThan(0.01);
  });

  it("shrinks costs to models of the same kind only", () => {
    const costTargets = Float32Array.of(2, -9, 6, -9);
    const alike = smoothedProfiles({ ...twoRows, costTargets, costKinds: ["usd", "usd"] });
    const unlike = smoothedProfiles({ ...twoRows, costTargets, costKinds: ["tokens", "usd"] });
    expectClose(alike.costBias, [(8 - 2.5) / 3, (-18 - 2.5) / 3]);
    expectClose(unlike.costBias, [4, -9]);
  });

  it("is the mean of the known rows for a kernel without sharpness", () => {
    const profiles = smoothedProfiles({
      ...twoRows,
      sharpness: 0,
      prior: 0,
      scores: Float32Array.of(0.9, 0.5, 0.3, 0.1),
    });
    expectClose(profiles.qualityBias, [logit(0.6), logit(0.3)]);
    expectClose(profiles.quality, [0, 0]);
  });

  it("gives an anchor the same profile alone as among more than a block of others", () => {
    const random = createRandom(1);
    const draw = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());
    const [R, D, P, M] = [20, 4, 70, 3];
    const inputs: ProfileInputs = {
      embeddings: draw(R * D),
      anchors: draw(P * D),
      scores: draw(R * M).map((value) => (value > 1 ? unknown : Number(value > 0))),
      costTargets: draw(R * M),
      costKinds: ["usd", "tokens", "usd"],
      rows: R,
      dimensions: D,
      anchorCount: P,
      models: M,
      sharpness: 3,
      prior: 2,
    };
    const all = smoothedProfiles(inputs);
    for (const j of [0, 31, 32, 69]) {
      const alone = smoothedProfiles({ ...inputs, anchors: inputs.anchors.slice(j * D, (j + 1) * D), anchorCount: 1 });
      expect(alone.quality).toEqual(all.quality.slice(j * M, (j + 1) * M));
      expect(alone.cost).toEqual(all.cost.slice(j * M, (j + 1) * M));
    }
  });
});
