import { GPU } from "gpu.js";
import { describe, expect, test } from "vitest";
import type { Artifact } from "../artifact/artifact.js";
import { syntheticArtifact } from "../artifact/contract/synthetic-artifact.js";
import { Router } from "../router/router.js";
import { compareToRouter, preferences, rowsOf, scoredArtifacts } from "./contract/scored-cases.js";
import type { GpuInstance, GpuKernel } from "./gpu-library.js";
import { type GpuScorerOptions, openGpuScorer } from "./open-gpu-scorer.js";

const artifact = syntheticArtifact("low-rank");
const preference = { reward: "linear", lambdaUsd: 0.01 } as const;
const forced = { gpu: GPU, mode: "cpu", use: "gpu", blockRows: [8, 16] } as const;

describe.each(["cpu", "webasm"] as const)("kernels that gpu.js runs on the processor (%s)", (mode) => {
  test.each(Object.entries(scoredArtifacts))("choose as the router does: %s", async (name, make) => {
    const made = make();
    const router = new Router(made);
    const scorer = await openGpuScorer(made, { ...forced, mode });
    expect(scorer.candidates.map(({ id }) => id)).toEqual(router.candidates.map(({ id }) => id));
    const rows = rowsOf(router.dimensions, 51);
    for (const other of preferences) {
      const found = await compareToRouter(scorer, router, rows, other);
      expect(found).toMatchObject({ rows: 51, different: 0, lost: null });
      if (name !== "no price") expect(found.gpuRows).toBeGreaterThan(40);
      expect(found.quality).toBeLessThan(1e-5);
      expect(found.cost).toBeLessThan(2e-5);
      expect(found.reward).toBeLessThan(2e-5);
    }
    await scorer.close();
  });
});

describe("score", () => {
  test("takes batches of any size, and none", async () => {
    const router = new Router(artifact);
    const scorer = await openGpuScorer(artifact, forced);
    for (const rows of [0, 1, 7, 8, 9, 16, 33]) {
      const found = await compareToRouter(scorer, router, rowsOf(router.dimensions, rows), preference);
      expect(found).toMatchObject({ rows, different: 0 });
    }
    await scorer.close();
  });

  test("leaves candidates that are as good as each other to the processor, which takes the cheaper, then the first", async () => {
    const twins = structuredClone(artifact.manifest.candidates);
    // epsilon inherits from alpha: with no shift and alpha's prices it is alpha
    twins[4] = { ...twins[4], ...{ prices: twins[0].prices!, smearing: twins[0].smearing } };
    twins[4].profile = { kind: "inherited", from: "alpha", qualityLogitShift: 0, outputTokensFactor: 1 };
    const twice = { ...artifact, manifest: { ...artifact.manifest, candidates: twins } };
    const options = { models: ["epsilon", "alpha"] };
    const scorer = await openGpuScorer(twice, { ...forced, ...options });
    const found = await compareToRouter(scorer, new Router(twice, options), rowsOf(6, 20), preference);
    expect(found).toMatchObject({ different: 0, gpuRows: 0, closeRows: 15, chosen: [-1, 0] });
    await scorer.close();
  });

  test("adds what feedback has taught to the logits", async () => {
    const { embeddings, tokens } = rowsOf(6, 30);
    const scorers = [await openGpuScorer(artifact, forced), await openGpuScorer(artifact, { use: "cpu" })];
    const feedbackShifts = [3, -3, 3, 0, -3];
    const taught = await Promise.all(
      scorers.map((one) => one.score(embeddings, tokens, 30, { preference, feedbackShifts })),
    );
    const plain = await scorers[0].score(embeddings, tokens, 30, { preference });
    expect(taught[0].index).toEqual(taught[1].index);
    expect(taught[0].gpuRows).toBeGreaterThan(20);
    expect(taught[0].index).not.toEqual(plain.index);
    await scorers[0].close();
  });

  test("scores batches that are asked for at once one after the other", async () => {
    const scorer = await openGpuScorer(artifact, forced);
    const batches = [1, 2, 3].map((seed) => rowsOf(6, 25, seed));
    const alone = [];
    for (const { embeddings, tokens } of batches)
      alone.push(await scorer.score(embeddings, tokens, 25, { preference }));
    const together = await Promise.all(
      batches.map(({ embeddings, tokens }) => scorer.score(embeddings, tokens, 25, { preference })),
    );
    expect(together).toEqual(alone);
    await scorer.close();
  });

  test("names the buffer that does not fit, and goes on", async () => {
    const scorer = await openGpuScorer(artifact, forced);
    const run = (length: number, tokens: number, shifts: number) =>
      scorer.score(new Float32Array(length), new Float64Array(tokens), 2, {
        preference,
        feedbackShifts: new Float64Array(shifts),
      });
    await expect(run(11, 2, 5)).rejects.toThrow("score: embeddings: length is 11, expected 12");
    await expect(run(12, 3, 5)).rejects.toThrow("score: inputTokens: length is 3, expected 2");
    await expect(run(12, 2, 4)).rejects.toThrow("score: feedbackShifts: length is 4, expected 5");
    expect((await run(12, 2, 5)).index).toHaveLength(2);
    await scorer.close();
  });

  test("goes on on the processor once it is closed", async () => {
    const scorer = await openGpuScorer(artifact, forced);
    const { embeddings, tokens } = rowsOf(6, 20);
    const before = await scorer.score(embeddings, tokens, 20, { preference });
    await scorer.close();
    const after = await scorer.score(embeddings, tokens, 20, { preference });
    expect(before.gpuRows).toBeGreaterThan(0);
    expect(after).toMatchObject({ index: before.index, gpuRows: 0, lost: null });
    await scorer.close();
  });
});

/** A GPU whose kernels that are read back give what `change` makes of it from the given block on. */
function failingGpu(from: number, change: (outputs: unknown) => unknown): GpuInstance {
  const gpu: GpuInstance = new GPU({ mode: "cpu" });
  let blocks = 0;
  return {
    mode: "cpu",
    context: gpu.context,
    createKernel(source, settings) {
      const kernel = gpu.createKernel(source, settings);
      if ((settings as { asyncMode?: boolean }).asyncMode !== true) return kernel;
      const failing = (...values: readonly unknown[]): unknown => {
        const outputs = kernel(...values);
        return ++blocks < from ? outputs : (outputs as Promise<unknown>).then(change);
      };
      return Object.assign(failing, { destroy: () => kernel.destroy() }) as GpuKernel;
    },
    destroy: () => gpu.destroy(),
  };
}

describe("a GPU that fails on the way", () => {
  test.each([
    ["gives zeros", () => Array.from({ length: 16 }, () => new Float32Array(4)), "the GPU gave no results"],
    [
      "throws",
      () => {
        throw new Error("the driver is gone");
      },
      "the driver is gone",
    ],
  ] as const)("%s: no row is lost or doubled, and the reason is told", async (_, change, reason) => {
    const scorer = await openGpuScorer(artifact, { gpu: failingGpu(3, change), use: "gpu", blockRows: [16] });
    const router = new Router(artifact);
    const found = await compareToRouter(scorer, router, rowsOf(6, 80), preference);
    expect(found).toMatchObject({ rows: 80, different: 0, lost: reason });
    expect(found.gpuRows).toBe(32 - 5 - found.closeRows);
    const after = await compareToRouter(scorer, router, rowsOf(6, 80), preference);
    expect(after).toMatchObject({ rows: 80, different: 0, lost: null, gpuRows: 0 });
  });
});

describe("openGpuScorer", () => {
  test("measures, and uses the GPU from as many rows on as it paid for", async () => {
    const scorer = await openGpuScorer(artifact, { gpu: GPU, mode: "cpu", use: "measured", blockRows: [8, 16] });
    const { uses, costs, leastGpuRows } = scorer.report;
    expect([8, 16].slice(0, costs?.blocks.length)).toEqual(costs?.blocks.map(({ rows }) => rows));
    expect(costs?.processorRowMs).toBeGreaterThan(0);
    expect(uses === "gpu").toBe(leastGpuRows <= 16);
    await scorer.close();
  });

  test("never uses what computes on the processor too, unless it is told to", async () => {
    const scorer = await openGpuScorer(artifact, { gpu: GPU, mode: "cpu" });
    expect(scorer.report).toMatchObject({ uses: "cpu", device: { mode: "cpu", software: true }, costs: null });
    expect(scorer.report.leastGpuRows).toBe(Number.POSITIVE_INFINITY);
  });

  test("imports gpu.js where it is not given, and says where there is no GPU", async () => {
    const scorer = await openGpuScorer(artifact);
    expect(scorer.report).toMatchObject({ uses: "cpu", reason: "there is neither WebGL2 nor WebGPU", device: null });
  });

  test("goes on on the processor where the kernels cannot be made, and throws where the GPU is required", async () => {
    const gpu = (): GpuInstance => ({
      mode: "cpu",
      context: null,
      createKernel: (_, settings) => {
        const { output } = settings as { output: readonly number[] };
        const kernel = (): unknown => {
          throw new Error(`Texture size ${output.join()} is larger than supported`);
        };
        return Object.assign(kernel, { destroy: () => {} });
      },
      destroy: async () => {},
    });
    const scorer = await openGpuScorer(artifact, { gpu: gpu(), use: "measured" });
    expect(scorer.report.uses).toBe("cpu");
    expect(scorer.report.reason).toMatch(/^Texture size/);
    await expect(openGpuScorer(artifact, { gpu: gpu(), use: "gpu" })).rejects.toMatchObject({
      code: "invalid-argument",
    });
  });

  const external = {
    ...artifact,
    manifest: { ...artifact.manifest, model: { form: "external", package: "p", kind: "k" } },
  } as unknown as Artifact;
  const opened: ReadonlyArray<[string, () => Promise<unknown>]> = [
    ["an external artifact", () => openGpuScorer(external, forced)],
    ["no artifact", () => openGpuScorer(undefined as never, forced)],
    ["an empty pool", () => openGpuScorer(artifact, { ...forced, models: [] })],
    ["a use that there is not", () => openGpuScorer(artifact, { use: "tpu" } as unknown as GpuScorerOptions)],
    ["a mode that there is not", () => openGpuScorer(artifact, { gpu: GPU, mode: "webgl" as never })],
    ["no blocks", () => openGpuScorer(artifact, { blockRows: [] })],
    ["half a row", () => openGpuScorer(artifact, { blockRows: [8.5] })],
    ["what is no GPU", () => openGpuScorer(artifact, { gpu: {} as never })],
    ["a GPU that is required and not there", () => openGpuScorer(artifact, { gpu: GPU, use: "gpu" })],
  ];
  test.each(opened)("refuses %s", async (_, open) => {
    await expect(open()).rejects.toMatchObject({ code: "invalid-argument" });
  });

  test("names the model that is not in the artifact", async () => {
    await expect(openGpuScorer(artifact, { models: ["omega"] })).rejects.toMatchObject({ code: "unknown-model" });
  });
});
