import { OneheadError } from "@onehead/core";
import { beforeAll, describe, expect, it } from "vitest";
import { learnableRows } from "../test/labelled-rows.js";
import type { Baseline } from "./baseline.js";
import { baselineNames, parseBaselineNames, quickBaselineNames } from "./baseline-names.js";
import { fitAllBaselines } from "./fit-all-baselines.js";
import { maskedLogLoss } from "./labels/masked-log-loss.js";

const train = learnableRows({ rows: 400, stream: 1, known: 0.7 });
const validation = learnableRows({ rows: 150, stream: 2, known: 0.7 });
const test = learnableRows({ rows: 200, stream: 3 });

describe("parseBaselineNames", () => {
  it("keeps the order of the list and refuses what is not in it", () => {
    expect(parseBaselineNames(["bag", "zero"])).toEqual(["zero", "bag"]);
    expect(parseBaselineNames()).toEqual(quickBaselineNames);
    expect(parseBaselineNames(["all"])).toEqual(baselineNames);
    expect(baselineNames.filter((name) => quickBaselineNames.includes(name))).toEqual(quickBaselineNames);
    expect(() => parseBaselineNames(["knn", "svc"])).toThrow(
      "unknown baseline: svc, expected all or some of single, random",
    );
  });
});

describe("fitAllBaselines", () => {
  let baselines: Baseline[];
  const seen: string[] = [];
  beforeAll(async () => {
    baselines = await fitAllBaselines(train, validation, {
      seed: 1,
      members: 2,
      onProgress: ({ name, done, total }) => seen.push(`${name} ${done}/${total}`),
    });
  });
  const find = (id: string): Baseline => baselines.find((baseline) => baseline.id === id) as Baseline;

  it("fits every name in order, each single model apart, and tells how far it is", () => {
    const learned = ["random", "zero", "knn-5", "knn-10", "knn-40", "knn", "ridge", "mlp", "bag"];
    expect(baselines.map(({ id }) => id)).toEqual(["single:a", "single:b", "single:c", ...learned]);
    expect(seen[0]).toBe("single 0/10");
    expect(seen.at(-1)).toBe("bag 9/10");
  });

  it("predicts qualities in [0, 1] and costs above 0, one for each prompt and model; a fixed choice its own alone", () => {
    for (const baseline of baselines) {
      const isFixed = baseline.id === "random" || baseline.id.startsWith("single:");
      const { quality, costUsd } = baseline.predict(test.embeddings, test.table.inputTokens);
      expect(quality.length, baseline.id).toBe(600);
      expect(
        quality.every((value) => (value >= 0 && value <= 1) || (isFixed && Number.isNaN(value))),
        baseline.id,
      ).toBe(true);
      expect(quality.filter((value) => !Number.isNaN(value)).length, baseline.id).toBe(isFixed ? 200 : 600);
      expect(costUsd.length, baseline.id).toBe(600);
      expect(
        costUsd.every((value, i) => (value > 0 && Number.isFinite(value)) || (isFixed && Number.isNaN(quality[i]))),
        baseline.id,
      ).toBe(true);
    }
  });

  it("has learned baselines that beat the zero router on unseen rows of a problem that can be learnt", () => {
    const loss = (id: string): number =>
      maskedLogLoss(find(id).predict(test.embeddings, test.table.inputTokens).quality, test.table.scores);
    for (const id of ["knn-40", "knn", "ridge", "mlp", "bag"]) expect(loss(id), id).toBeLessThan(0.95 * loss("zero"));
    expect(loss("knn")).toBeLessThan(loss("knn-5"));
  });

  it("charges the tuned ones alike, and RouterBench's own with a constant price", () => {
    const costs = (id: string): Float64Array => find(id).predict(test.embeddings, test.table.inputTokens).costUsd;
    for (const id of ["ridge", "mlp", "bag"]) expect(costs(id)).toEqual(costs("knn"));
    for (const id of ["knn-5", "knn-10", "knn-40"]) expect(costs(id)).toEqual(costs("zero"));
    expect(costs("knn")).not.toEqual(costs("zero"));
  });

  it("takes a cost predictor from outside, fits only what is asked for and hands it on at once", async () => {
    const costs = { name: "fixed", predict: (e: Float32Array) => new Float64Array((e.length / 8) * 3).fill(0.25) };
    const fittedBefore: string[] = [];
    const [ridge, ...others] = await fitAllBaselines(train, validation, {
      seed: 1,
      members: 1,
      only: ["ridge"],
      costs,
      onFitted: async (name, fitted) => {
        await Promise.resolve();
        fittedBefore.push(`${name}: ${fitted.map(({ id }) => id).join()}`);
      },
    });
    expect(fittedBefore).toEqual(["ridge: ridge"]);
    expect(others).toEqual([]);
    const { costUsd } = ridge.predict(test.embeddings, test.table.inputTokens);
    expect(costUsd).toEqual(new Float64Array(600).fill(0.25));
  });

  it("refuses embeddings of another width or with NaN, whatever the baseline", () => {
    const invalid = test.embeddings.slice(0, 8).fill(Number.NaN, 3, 4);
    for (const baseline of baselines) {
      expect(() => baseline.predict(new Float32Array(9), new Float64Array(1)), baseline.id).toThrow("no whole rows");
      expect(() => baseline.predict(invalid, new Float64Array(1)), baseline.id).toThrow("NaN in row 0, column 3");
    }
  });

  it("stops once aborted", async () => {
    const options = { seed: 1, members: 1, signal: AbortSignal.abort() };
    await expect(fitAllBaselines(train, validation, options)).rejects.toSatisfy(
      (error) => OneheadError.isInstance(error) && error.code === "aborted",
    );
  });
});
