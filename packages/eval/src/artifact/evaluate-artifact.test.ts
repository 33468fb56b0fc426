import { fitAllBaselines, toArtifact } from "@onehead/baselines";
import type { Artifact } from "@onehead/core";
import { buildRowTable, type PromptRow, promptHash, splitOf } from "@onehead/data";
import type { Embedder } from "@onehead/embed";
import { describe, expect, it } from "vitest";
import { syntheticArtifact } from "../../../core/src/artifact/contract/synthetic-artifact.js";
import { type EvaluateArtifactOptions, evaluateArtifact } from "./evaluate-artifact.js";
import { heldOutSet } from "./held-out-summary.js";
import { promptsToEmbed } from "./prompts-to-embed.js";

// six numbers that tell the prompts apart; the artifact's weights are random anyway
const embedder: Embedder = {
  id: "test/6",
  dimensions: 6,
  embed: async (texts) =>
    Float32Array.from({ length: 6 * texts.length }, (_, i) => Math.sin(promptHash(texts[Math.floor(i / 6)]) + (i % 6))),
};

const rowCount = 200;
const costs: Record<string, number> = { alpha: 0.001, beta: 0.01, gamma: 0.002, stranger: 0.003 };

/** Wide rows in which every model scored every prompt. */
function wideRows(models = ["alpha", "beta", "gamma", "stranger"]): PromptRow[] {
  return Array.from({ length: rowCount }, (_, i) => ({
    id: `row-${i}`,
    prompt: `question ${i}`,
    scores: Object.fromEntries(models.map((model, m) => [model, (i * (m + 3)) % 7 < 3 + m ? 1 : 0])),
    costs: Object.fromEntries(models.map((model) => [model, costs[model] * (1 + (i % 5) / 10)])),
  }));
}

/** The same with one model a row, the rows of a prompt far apart. */
function longRows(): PromptRow[] {
  const wide = wideRows();
  return Object.keys(costs).flatMap((model) =>
    wide.map((row) => ({ ...row, scores: { [model]: row.scores[model] }, costs: { [model]: row.costs[model] } })),
  );
}

/** The synthetic artifact as if it had been trained on the prompts for which `trained` holds. */
function artifactTrainedOn(trained: (row: number) => boolean): Artifact {
  const artifact = syntheticArtifact();
  const prompts = wideRows().flatMap(({ prompt }, i) => (trained(i) ? [prompt] : []));
  const data = Uint32Array.from(prompts, (prompt) => promptHash(prompt)).sort();
  const hashes = { shape: [data.length], data };
  return { ...artifact, tensors: new Map([...artifact.tensors, ["training.promptHashes", hashes]]) };
}

async function* stream(rows: readonly PromptRow[]): AsyncGenerator<PromptRow> {
  yield* rows;
}

const most = (row: number): boolean => row % 4 !== 0;
const evaluateRows = (rows: readonly PromptRow[], over: Partial<EvaluateArtifactOptions> = {}) =>
  evaluateArtifact({
    artifact: artifactTrainedOn(most),
    embedder,
    openRows: () => stream(rows),
    baselines: ["knn-5", "ridge"],
    resamples: 20,
    ...over,
  });

describe("evaluateArtifact", () => {
  it("counts savings against the model in use, at a λ from validation rows even without baselines", async () => {
    const { result } = await evaluateRows(wideRows(), { baselines: [], currentModel: "gamma" });
    expect(result.savings?.lambdaChosenOn).toBe("validation");
    expect(result.savings?.comparisons.map(({ against }) => against)).toEqual(["best", "dearest", "current"]);
    expect(result.savings?.comparisons[2].model).toBe("gamma");
    // fifty prompts prove nothing
    expect(result.savings?.comparisons[2].reason).toContain("50 held-out prompts");
    const given = await evaluateRows(wideRows(), { baselines: [], lambdaUsd: 0.0123 });
    expect(given.result.savings).toMatchObject({ lambdaUsd: 0.0123, lambdaChosenOn: "given" });
    expect(given.result.lambdasUsd).toHaveLength(result.lambdasUsd.length + 1);
  });

  it("refuses a model in use that is none before anything is fitted", async () => {
    const run = evaluateRows(wideRows(), { currentModel: "stranger" });
    await expect(run).rejects.toThrow("currentModel: stranger, expected one of alpha, beta, gamma");
  });

  it("judges on the rows that the artifact was not trained on, and counts what it leaves out", async () => {
    const { result, ...counts } = await evaluateRows(wideRows());
    expect(counts).toEqual({
      rows: 200,
      trainedOnRows: 150,
      unknownModels: ["stranger"],
      missingModels: ["delta", "epsilon"],
      withoutBaselines: null,
    });
    expect(result.heldOut.rows).toBe(50);
    expect(result.models).toEqual(["alpha", "beta", "gamma"]);
    expect(result.routers.map(({ id }) => id)).toEqual(expect.arrayContaining(["onehead", "knn-5", "ridge"]));
    // every fourth row, by hand
    const heldOut = wideRows().filter((_, i) => !most(i));
    for (const { model, quality } of result.pool!.singleModels) {
      expect(quality).toBeCloseTo(heldOut.reduce((sum, { scores }) => sum + scores[model], 0) / 50, 12);
    }
  });

  it("embeds the prompts that promptsToEmbed tells, each once, and stops at its signal", async () => {
    const seen: string[] = [];
    const counting: Embedder = {
      ...embedder,
      embed: (texts, options) => {
        seen.push(...texts);
        return embedder.embed(texts, options);
      },
    };
    const openRows = () => stream(wideRows());
    const openTrainingRows = () => stream(wideRows().map((row) => ({ ...row, prompt: `other ${row.prompt}` })));
    // of the rows that were trained on, the validation part even without baselines: λ is chosen there
    for (const [over, least, greatest] of [
      [{}, 200, 200],
      [{ baselines: [] }, 51, 100],
      [{ openTrainingRows }, 250, 250],
      [{ openTrainingRows, baselines: [] }, 51, 150],
    ] as const) {
      seen.length = 0;
      await evaluateRows(wideRows(), { embedder: counting, ...over });
      const told: string[] = [];
      for await (const prompt of promptsToEmbed({ artifact: artifactTrainedOn(most), openRows, ...over }))
        told.push(prompt);
      expect([...seen].sort()).toEqual(told.sort());
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.length).toBeGreaterThanOrEqual(least);
      expect(seen.length).toBeLessThanOrEqual(greatest);
    }
    const signal = AbortSignal.abort();
    const stopping: Embedder = { ...embedder, embed: async (_, options) => Promise.reject(options?.signal?.aborted) };
    await expect(evaluateRows(wideRows(), { embedder: stopping, signal })).rejects.toBe(true);
  });

  it("gives rows of long form, however far apart, what it gives the wide form", async () => {
    const wide = await evaluateRows(wideRows());
    const long = await evaluateRows(longRows());
    expect(long).toEqual(wide);
  });

  it("gives the same in chunks as at once", async () => {
    const rows = Array.from({ length: 4 }, (_, copy) =>
      wideRows().map((row) => ({ ...row, id: `${copy}-${row.id}`, prompt: `${row.prompt}, copy ${copy}` })),
    ).flat();
    const options = { artifact: artifactTrainedOn(() => false), baselines: [] };
    const chunked = await evaluateRows(rows, options);
    expect(chunked.result.heldOut.rows).toBe(800);
    // a repeated id makes it gather all rows first
    const repeated = { ...rows[0], scores: {}, costs: {} };
    const gathered = await evaluateRows([...rows, repeated], options);
    expect(gathered.result).toEqual(chunked.result);
  });

  it("goes by the recorded split where an artifact keeps no hashes of its prompts", async () => {
    const { manifest, tensors: all } = syntheticArtifact();
    const tensors = new Map([...all].filter(([name]) => name !== "training.promptHashes"));
    const split = { seed: 5, holdout: 0.4, validation: 0.1 };
    const artifact = { manifest: { ...manifest, training: { ...manifest.training, split } }, tensors };
    const { result, trainedOnRows } = await evaluateRows(wideRows(), { artifact });
    const heldOut = wideRows().filter(({ prompt }) => splitOf(prompt, split) === "heldOut");
    expect(result.heldOut.rows).toBe(heldOut.length);
    expect(trainedOnRows).toBe(rowCount - heldOut.length);
  });

  it("says why there are no baselines", async () => {
    const untrained = artifactTrainedOn(() => false);
    const alone = await evaluateRows(wideRows(), { artifact: untrained });
    expect(alone.withoutBaselines).toContain("trained on 0 of these rows");
    expect(alone.trainedOnRows).toBe(0);
    const taught = await evaluateRows(wideRows(), {
      artifact: untrained,
      openTrainingRows: () => stream(wideRows().map((row) => ({ ...row, prompt: `other ${row.prompt}` }))),
    });
    expect(taught.withoutBaselines).toBeNull();
    expect(taught.result.routers.map(({ id }) => id)).toContain("ridge");
    const lacking = await evaluateRows(wideRows(), { openTrainingRows: () => stream(wideRows(["alpha", "beta"])) });
    expect(lacking.withoutBaselines).toContain("gamma");
    expect((await evaluateRows(wideRows(), { baselines: [] })).withoutBaselines).toContain("none was asked for");
  });

  it.each([
    ["no row is left", { artifact: artifactTrainedOn(() => true) }, "trained on all 200 rows"],
    ["no model is in common", { openRows: () => stream(wideRows(["stranger"])) }, "no model in common"],
    ["a baseline is unknown", { baselines: ["oracle"] }, "unknown baseline: oracle"],
  ] as Array<[string, Partial<EvaluateArtifactOptions>, string]>)("refuses when %s", async (_, over, message) => {
    await expect(evaluateRows(wideRows(), over)).rejects.toThrow(message);
  });
});

describe("heldOutSet", () => {
  it("keeps what a page draws: hulls, single models and AIQ of every router but the variants", async () => {
    const { result } = await evaluateRows(wideRows());
    const set = heldOutSet("made up", result)!;
    expect(set.rows).toBe(50);
    expect(set.models).toBe(3);
    expect(Object.keys(set.aiq)).toEqual(set.curves.map(({ router }) => router));
    expect(Object.keys(set.aiq)).toEqual(expect.arrayContaining(["onehead", "zero router", "oracle"]));
    expect(Object.keys(set.aiq)).not.toContain("onehead, exponential reward");
    expect(set.singles.map(({ model }) => model)).toEqual(["alpha", "beta", "gamma"]);
    for (const { points } of set.curves) {
      const qualities = points.map(([, quality]) => quality);
      expect([...qualities].sort((a, b) => a - b)).toEqual(qualities);
    }
    expect(JSON.parse(JSON.stringify(set))).toEqual(set);
  });

  it("is null where no row has all models", async () => {
    const sparse = wideRows().map((row, i) => {
      const model = ["alpha", "beta", "gamma"][i % 3];
      return { ...row, scores: { [model]: row.scores[model] }, costs: { [model]: row.costs[model] } };
    });
    const { result } = await evaluateRows(sparse, { baselines: [] });
    expect(result.pool).toBeNull();
    expect(heldOutSet("sparse", result)).toBeNull();
  });
});

describe("the true task", () => {
  const named = wideRows().map((row, i): PromptRow => ({ ...row, dataset: i % 2 === 0 ? "even" : "odd" }));

  it("is a reference: it has a line of its own and is never the best baseline, nor in RouterBench's set", async () => {
    const { result } = await evaluateRows(named);
    const reference = result.routers.find(({ id }) => id === "true-task");
    expect(reference?.role).toBe("reference");
    expect(reference?.name).toMatch(/^true-task table, prior /);
    expect(reference?.curve?.aiqRepository).toBeNull();
    expect(result.bestBaseline?.id).not.toBe("true-task");
    expect(result.comparisons.some(({ against }) => against === "true-task")).toBe(true);
    expect(Object.keys(heldOutSet("rows", result)!.aiq)).not.toContain(reference?.name);
    const without = await evaluateRows(wideRows());
    const repository = (of: typeof result) =>
      of.routers.filter(({ role }) => role !== "reference").map(({ curve }) => curve?.aiqRepository);
    expect(repository(result)).toEqual(repository(without.result));
  });

  it("is left out where rows name one task or none", async () => {
    for (const rows of [wideRows(), wideRows().map((row) => ({ ...row, dataset: "one" }))]) {
      const { result } = await evaluateRows(rows);
      expect(result.routers.some(({ role }) => role === "reference")).toBe(false);
    }
  });
});

describe("an artifact of a baseline", () => {
  it("is evaluated like every other, under its own name", async () => {
    const trained = wideRows(["alpha", "beta"]).filter((_, i) => most(i));
    const table = await buildRowTable(trained);
    const train = { embeddings: await embedder.embed(table.prompts), dimensions: 6, table };
    const [ridge] = await fitAllBaselines(train, train, { seed: 0, members: 1, only: ["ridge"] });
    const artifact = toArtifact(ridge, {
      name: "rival",
      embedder: { ...embedder, toTensors: () => ({ config: { kind: "test" }, tensors: {} }) },
      train,
      validation: train,
      dataHash: "0",
      seed: 0,
      split: { seed: 0, holdout: 0.25, validation: 0 },
    });
    const { result, trainedOnRows } = await evaluateRows(wideRows(["alpha", "beta"]), { artifact, baselines: [] });
    expect(trainedOnRows).toBe(trained.length);
    expect(result.routers.map(({ id, name, role }) => [id, name, role])).toEqual([
      ["artifact", "rival (artifact)", "subject"],
      ["artifact-exponential", "rival (artifact), exponential reward", "variant"],
    ]);
    const held = wideRows(["alpha", "beta"]).filter((_, i) => !most(i));
    expect(result.heldOut.completeRows).toBe(held.length);
  });
});
