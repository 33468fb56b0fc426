import { OneheadError } from "@onehead/core";
import { describe, expect, it } from "vitest";
import { aiq } from "../metrics/aiq.js";
import { evaluate } from "./evaluate.js";
import type { EvaluationResult } from "./evaluation-result.js";
import { replayChunks } from "./replay-chunks.js";
import { type HintedRows, modelNames, routersOf, rowsOf } from "./small-world.fixture.js";
import { summarizeReplays } from "./summarize-replays.js";

const N = 3;
const referenceCostUsd = 9e-4;

/** Rows in chunks of uneven size, as a stream would bring them. */
async function* streamed(rows: HintedRows, sizes: number[], models = N): AsyncGenerator<HintedRows> {
  let from = 0;
  for (const size of [...sizes, Number.POSITIVE_INFINITY]) {
    const to = Math.min(rows.scores.length, from + size * models);
    if (to > from) {
      yield {
        scores: rows.scores.slice(from, to),
        costsUsd: rows.costsUsd.slice(from, to),
        chances: rows.chances.slice(from, to),
      };
    }
    from = to;
  }
}

function evaluated(overrides: Partial<Parameters<typeof evaluate<HintedRows>>[0]> = {}): Promise<EvaluationResult> {
  return evaluate<HintedRows>({
    models: modelNames(N),
    routers: routersOf(N),
    heldOut: [rowsOf(1, 300, N)],
    validation: [rowsOf(2, 200, N)],
    referenceCostUsd,
    resamples: 100,
    ...overrides,
  });
}

describe("evaluate", () => {
  it("ranks a router that knows above one that does not, below the oracle, and compares it with everything", async () => {
    const result = await evaluated();
    const [knowing, , constant] = result.routers.map(({ curve }) => curve?.aiq.value ?? Number.NaN);
    expect(knowing).toBeGreaterThan(constant);
    expect(result.pool?.oracle.aiq.value).toBeGreaterThan(knowing);
    expect(result.comparisons.map(({ against }) => against)).toEqual([
      "knowing-exponential",
      "constant",
      "oracle",
      "zero",
      "random",
      ...modelNames(N).map((model) => `single:${model}`),
    ]);
    const against = result.comparisons.find((comparison) => comparison.against === "constant");
    expect(against?.aiq.value).toBeCloseTo(knowing - constant, 12);
    // the variant is the router under test again, so it is no baseline
    expect(["constant", "zero"]).toContain(result.bestBaseline?.id);
    expect(result.bestBaseline?.chosenOn).toBe("validation");
    expect(result.pool?.reference).toEqual({ model: "vendor/model-2", chosenOn: "validation" });
  });

  it("agrees with the metrics applied by hand to its own points", async () => {
    const { pool, routers } = await evaluated();
    const points = pool?.singleModels ?? [];
    const range = { minCostUsd: points[0].costUsd, maxCostUsd: points[2].costUsd, cheapestPoint: points[0] };
    expect(pool?.minCostUsd).toBe(points[0].costUsd);
    expect(pool?.maxCostUsd).toBe(points[2].costUsd);
    expect(pool?.zeroRouter.aiq.value).toBeCloseTo(aiq(points, range), 12);
    for (const { curve } of routers) expect(curve?.aiq.value).toBeCloseTo(aiq(curve?.points ?? [], range), 12);
    expect(routers[0].curve?.oracleGap).toBeCloseTo(
      (pool?.oracle.aiq.value ?? 0) - (routers[0].curve?.aiq.value ?? 0),
      12,
    );
  });

  it("is JSON: what is read back equals what was written", async () => {
    const result = await evaluated();
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    expect(result.lambdasUsd[0]).toBe(0);
    expect(result.lambdasUsd.at(-1)).toBeNull();
  });

  it("gives the same result however the rows are streamed", async () => {
    const whole = await evaluated();
    const cut = await evaluated({
      heldOut: streamed(rowsOf(1, 300, N), [1, 7, 100]),
      validation: streamed(rowsOf(2, 200, N), [199]),
    });
    expect(cut).toEqual(whole);
  });

  it("chooses in hindsight, and says so, without validation rows", async () => {
    const { validation, ...options } = {
      models: modelNames(N),
      routers: routersOf(N),
      heldOut: [rowsOf(1, 300, N)],
      validation: null,
      referenceCostUsd,
      resamples: 10,
    };
    const result = await evaluate<HintedRows>(options);
    expect(result.validation).toBe(validation);
    expect(result.pool?.reference.chosenOn).toBe("held-out");
    expect(result.bestBaseline?.chosenOn).toBe("held-out");
    for (const { curve } of result.routers) {
      expect(curve?.aiqHeldOut).toBeNull();
      expect(curve?.bestQuality.heldOut).toBeNull();
      expect(curve?.qualityNeutralCost.heldOut).toBeNull();
    }
  });

  it("leaves incomplete rows out of curves for all alike, and says how many", async () => {
    const rows = rowsOf(1, 300, N);
    for (let r = 0; r < 100; r++) rows.scores[r * N + (r % N)] = Number.NaN;
    const result = await evaluated({ heldOut: [rows] });
    expect(result.heldOut).toEqual({ rows: 300, completeRows: 200, incompleteRows: 100 });
    expect(result.routers[0].predictions?.entries).toBe(800);
    const tail = rowsOf(1, 300, N);
    const complete = await evaluated({
      heldOut: [
        {
          scores: tail.scores.slice(100 * N),
          costsUsd: tail.costsUsd.slice(100 * N),
          chances: tail.chances.slice(100 * N),
        },
      ],
    });
    expect(result.routers.map(({ curve }) => curve?.points)).toEqual(
      complete.routers.map(({ curve }) => curve?.points),
    );
  });

  it("has calibration but no curves, with the reason, where no row is complete", async () => {
    const rows = rowsOf(1, 60, N);
    for (let r = 0; r < 60; r++) rows.costsUsd[r * N] = Number.NaN;
    const result = await evaluated({ heldOut: [rows] });
    expect(result.withoutCurves).toBe("none of the 60 held-out rows has a score and a cost of all 3 models");
    expect([result.pool, result.bestBaseline, result.comparisons]).toEqual([null, null, []]);
    for (const { curve, selection, predictions } of result.routers) {
      expect([curve, selection]).toEqual([null, null]);
      expect(predictions?.entries).toBe(180);
    }
  });

  it("takes validation rows without a complete one for none", async () => {
    const rows = rowsOf(2, 20, N);
    rows.costsUsd.fill(Number.NaN);
    const result = await evaluated({ validation: [rows] });
    expect(result.validation?.completeRows).toBe(0);
    expect(result.pool?.reference.chosenOn).toBe("held-out");
    expect(result.bestBaseline?.chosenOn).toBe("held-out");
  });

  it("measures a pair as RouteLLM does", async () => {
    const result = await evaluated({
      models: modelNames(2),
      routers: routersOf(2),
      heldOut: [rowsOf(1, 400, 2)],
      validation: [rowsOf(2, 200, 2)],
    });
    expect(result.routers[0].pair).toMatchObject({ weak: "vendor/model-0", strong: "vendor/model-1" });
    // what knows which prompts are hard recovers more of the gap than half
    expect(result.routers[0].pair?.apgr).toBeGreaterThan(0.55);
    expect((await evaluated()).routers[0].pair).toBeNull();
  });

  it("has a defined value for a pool of one and for a free pool model", async () => {
    const one = await evaluated({
      models: modelNames(1),
      routers: routersOf(1),
      heldOut: [rowsOf(1, 50, 1)],
      validation: [rowsOf(2, 50, 1)],
    });
    expect(one.routers[0].curve?.aiq.value).toBeCloseTo(one.pool?.singleModels[0].quality ?? Number.NaN, 12);
    const rows = rowsOf(1, 50, N);
    for (let r = 0; r < 50; r++) rows.costsUsd[r * N] = 0;
    const free = await evaluated({ heldOut: [rows] });
    expect(free.routers[0].curve?.logAiq).toBeNull();
    expect(free.routers[0].curve?.aiq.value).toBeGreaterThan(0);
    expect(JSON.parse(JSON.stringify(free))).toEqual(free);
  });

  it("asks a shared predict function once a chunk", async () => {
    let calls = 0;
    const [subject, variant, rival] = routersOf(N);
    const predict = (rows: HintedRows) => {
      calls++;
      return subject.predict(rows);
    };
    const routers = [{ ...subject, predict }, { ...variant, predict }, rival];
    await evaluated({ routers, heldOut: streamed(rowsOf(1, 30, N), [10, 10]), validation: [rowsOf(2, 10, N)] });
    expect(calls).toBe(4);
  });

  it("stops when it is told to", async () => {
    const controller = new AbortController();
    const run = evaluated({ signal: controller.signal, onProgress: () => controller.abort() });
    await expect(run).rejects.toSatisfy((error) => OneheadError.isInstance(error) && error.code === "aborted");
  });

  it.each([
    ["no subject", { routers: routersOf(N).slice(1) }],
    ["two subjects", { routers: [...routersOf(N), { ...routersOf(N)[0], id: "again" }] }],
    ["a free reference", { referenceCostUsd: 0 }],
  ])("refuses %s", async (_, overrides) => {
    await expect(evaluated(overrides)).rejects.toSatisfy(
      (error) => OneheadError.isInstance(error) && error.code === "invalid-argument",
    );
  });

  it("refuses replays of other sweeps", async () => {
    const replay = (lambdas: Float64Array) => replayChunks(modelNames(N), routersOf(N), lambdas, [rowsOf(1, 20, N)]);
    const [one, other] = [await replay(Float64Array.of(0, 1, 2)), await replay(Float64Array.of(0, 1, 3, 4))];
    expect(() => summarizeReplays(one, other)).toThrow("summarizeReplays: validation replay has other models");
  });
});
