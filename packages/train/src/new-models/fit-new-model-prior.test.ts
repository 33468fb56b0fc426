import type { Candidate } from "@onehead/core";
import { createRandom } from "@onehead/core/training";
import { describe, expect, test } from "vitest";
import { fitNewModelPrior, type KnownPredictions } from "./fit-new-model-prior.js";

const candidateOf = (id: string, price: number | null, costKind: "tokens" | "usd" = "tokens"): Candidate => ({
  id,
  profile: { kind: "measured", rows: 9 },
  costKind,
  smearing: 1,
  ...(price === null ? {} : { prices: { inputUsdPerMillionTokens: price, outputUsdPerMillionTokens: price } }),
});

/** Logits of rank two: level_m + loading_m · difficulty + speciality_m · topic. */
function madeOf(levels: readonly number[], candidates: readonly Candidate[], rows = 2000): KnownPredictions {
  const M = levels.length;
  const random = createRandom(2);
  const known: KnownPredictions = {
    qualityLogits: new Float32Array(rows * M),
    costOutputs: new Float32Array(rows * M),
    costTargets: new Float32Array(rows * M),
    inputTokens: new Float64Array(rows).fill(100),
    clusterWeights: new Float32Array(0),
    rows,
    candidates,
  };
  for (let r = 0; r < rows; r++) {
    const [difficulty, topic] = [random.normal(), random.normal()];
    for (let m = 0; m < M; m++) {
      known.qualityLogits[r * M + m] = levels[m] + difficulty + (m % 2 === 0 ? 0.3 : -0.3) * topic;
      known.costOutputs[r * M + m] = Math.log(20) + 0.1 * m;
      known.costTargets[r * M + m] = known.costOutputs[r * M + m] + 0.5 * random.normal();
    }
  }
  return known;
}

const six = [1, 2, 4, 8, 16, 32].map((price, m) => candidateOf(`m${m}`, price));
const rising = [0, 0.4, 0.8, 1.2, 1.6, 2];

test("components are of unit variance over the rows, and tell the logits apart from their means exactly where T spans them", () => {
  const known = madeOf(rising, six);
  const { prior, tensors } = fitNewModelPrior(known);
  expect(prior.components).toBe(5);
  const M = 6;
  const means = tensors.get("newModels.mean")!.data;
  const components = tensors.get("newModels.components")!.data;
  const squares = new Float64Array(2);
  for (let r = 0; r < known.rows; r++) {
    for (let k = 0; k < 2; k++) {
      let t = 0;
      for (let m = 0; m < M; m++) t += components[k * M + m] * (known.qualityLogits[r * M + m] - means[m]);
      squares[k] += t * t;
    }
  }
  for (const sum of squares) expect(sum / known.rows).toBeCloseTo(1, 4);
  // made of two components: nothing is left over
  expect(prior.noise).toBeLessThan(1e-3);
});

test("the first component is the difficulty that all share, and every model rises with it by as much", () => {
  const { prior, tensors } = fitNewModelPrior(madeOf(rising, six));
  const first = Array.from(tensors.get("newModels.components")!.data.slice(0, 6));
  for (const weight of first) expect(weight).toBeGreaterThan(0);
  expect(prior.loadings.mean[0]).toBeCloseTo(1, 1);
  // the topic raises half of them and lowers the others
  expect(Math.abs(prior.loadings.mean[1])).toBeLessThan(0.05);
});

test("dearer models are better where they are, and the slope is that of the levels on the log price, shrunk", () => {
  const { prior } = fitNewModelPrior(madeOf(rising, six));
  // 0.4 a doubling over ln 2, times Σ x² / (Σ x² + 1) with Σ x² = 17.5 (ln 2)²
  const sum = 17.5 * Math.LN2 ** 2;
  expect(prior.level.slope).toBeCloseTo(((0.4 / Math.LN2) * sum) / (sum + 1), 1);
  expect(prior.level.reach).toBeCloseTo(2.5 * Math.LN2, 6);
  // typical: 100 tokens in, e^(mean ln) out, at the geometric mean price 32^½
  const output = 20 * Math.exp(0.25);
  expect(prior.typical.outputTokens).toBeCloseTo(output, 3);
  expect(prior.typical.meanLogUsd).toBeCloseTo(Math.log(((100 + output) * Math.sqrt(32)) / 1e6), 6);
});

test("levels that prices explain are known better than levels that they do not", () => {
  const explained = fitNewModelPrior(madeOf(rising, six)).prior.level.deviation;
  const scattered = fitNewModelPrior(madeOf([2, 0, 1.6, 0.4, 1.2, 0.8], six)).prior.level.deviation;
  expect(explained).toBeLessThan(scattered);
});

test("answers' lengths: models differ by 0.1 m, answers by 0.5", () => {
  const { cost } = fitNewModelPrior(madeOf(rising, six)).prior;
  expect(cost.noise).toBeCloseTo(0.5, 1);
  // Σ of (0.1 (m − 2.5))² is 0.175, with a pseudo-model of 0.25, over 5 + 1
  expect(cost.shiftDeviation).toBeCloseTo(Math.sqrt(0.425 / 6), 5);
});

describe("pools that say little", () => {
  test.each([1, 2])("%d models give a prior that is finite and wide", (count) => {
    const { prior, tensors } = fitNewModelPrior(madeOf(rising.slice(0, count), six.slice(0, count)));
    expect(prior.components).toBe(count);
    expect(prior.level.slope).toBe(0);
    expect(prior.level.deviation).toBeGreaterThanOrEqual(0.35);
    for (const { data } of tensors.values()) for (const value of data) expect(Number.isFinite(value)).toBe(true);
    for (const value of [...prior.loadings.mean, ...prior.loadings.deviation])
      expect(Number.isFinite(value)).toBe(true);
  });

  test("predictions that never change leave components at 0", () => {
    const known = madeOf(rising, six);
    known.qualityLogits.fill(0.5);
    const { prior, tensors } = fitNewModelPrior(known);
    expect([...tensors.get("newModels.components")!.data]).toEqual(new Array(30).fill(0));
    for (const value of prior.loadings.deviation) expect(value).toBeGreaterThan(0);
  });

  test("free models and models without a price say nothing of what quality costs", () => {
    const { prior } = fitNewModelPrior(
      madeOf(rising, [candidateOf("a", 0), ...six.slice(1, 5), candidateOf("f", null)]),
    );
    expect(prior.level.reach).toBeCloseTo(1.5 * Math.LN2, 6);
    const none = fitNewModelPrior(madeOf([0, 1], [candidateOf("a", null), candidateOf("b", null)]));
    expect(none.prior.typical.meanLogUsd).toBeNull();
  });

  test("models counted in USD are priced by what they cost", () => {
    const known = madeOf(
      [0, 1, 2],
      [0, 1, 2].map((m) => candidateOf(`m${m}`, null, "usd")),
    );
    const { typical } = fitNewModelPrior(known).prior;
    expect(typical.outputTokens).toBe(0);
    expect(typical.meanLogUsd).toBeCloseTo(Math.log(20) + 0.1, 1);
  });
});

test("clusters add their leading directions, with loadings that spread as effects of 0.7 logits a cluster do", () => {
  const rows = 3000;
  const known = madeOf(rising, six, rows);
  // three clusters, the third rare: two directions tell them apart
  const K = 3;
  const clusterWeights = new Float32Array(rows * K);
  for (let r = 0; r < rows; r++) clusterWeights[r * K + (r % 10 === 9 ? 2 : r % 2)] = 1;
  const { prior, tensors } = fitNewModelPrior({ ...known, clusterWeights });
  expect(prior.components).toBe(5 + 2);
  const components = tensors.get("newModels.components")!;
  const means = tensors.get("newModels.mean")!.data;
  expect(components.shape).toEqual([7, 6 + K]);
  expect(means[6]).toBeCloseTo(0.5, 5);
  expect(means[8]).toBeCloseTo(0.1, 5);
  // the variance that the prior gives a model's logit in a cluster, around the mean over rows: 0.49 |p − p̄|²
  for (const cluster of [0, 1, 2]) {
    let variance = 0;
    let wanted = 0;
    for (let k = 5; k < 7; k++) {
      let t = 0;
      for (let j = 0; j < K; j++) t += components.data[k * 9 + 6 + j] * (Number(j === cluster) - means[6 + j]);
      variance += (prior.loadings.deviation[k] * t) ** 2;
      expect(prior.loadings.mean[k]).toBe(0);
    }
    for (let j = 0; j < K; j++) wanted += 0.49 * (Number(j === cluster) - means[6 + j]) ** 2;
    expect(variance).toBeCloseTo(wanted, 4);
  }
  // what the kept directions leave out is noise: nothing here
  expect(prior.noise).toBeLessThan(1e-3);
});
