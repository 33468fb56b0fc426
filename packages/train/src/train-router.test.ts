import { networkModel, OneheadError, parseArtifact, Router, serializeArtifact } from "@onehead/core";
import { createRandom } from "@onehead/core/training";
import { buildRowTable, type PromptRow, type RowTable } from "@onehead/data";
import { embedderOf } from "@onehead/embed";
import { describe, expect, test } from "vitest";
import { type Checkpoint, parseCheckpoint, serializeCheckpoint } from "./checkpoint/checkpoint.js";
import { clusterLogits } from "./clusters/fit-cluster-attention.js";
import { kernelLogits } from "./kernel/kernel-logits.js";
import type { TrainingSettings } from "./settings/training-settings.js";
import { type TrainOptions, trainRouter } from "./train-router.js";

const small: Partial<TrainingSettings> = {
  members: 2,
  epochs: 3,
  anchors: 8,
  keyWidth: 6,
  hiddenWidth: 8,
  rank: 2,
  batchRows: 16,
  components: 8,
  features: 128,
};

/** Rows in which arithmetic is easy for both models and history for the large one only. */
function madeRows(count: number, { sparse = false }: { sparse?: boolean } = {}): PromptRow[] {
  const random = createRandom(7);
  return Array.from({ length: count }, (_, i) => {
    const arithmetic = i % 2 === 0;
    const prompt = arithmetic ? `what is ${i} plus ${i * 3}?` : `who ruled kingdom number ${i} in the old days?`;
    const scores: Record<string, number> = {
      small: random.uniform() < (arithmetic ? 0.9 : 0.1) ? 1 : 0,
      large: random.uniform() < 0.85 ? 1 : 0,
    };
    const costs: Record<string, number> = {
      small: 0.0001 * (1 + random.uniform()),
      large: 0.002 * (1 + random.uniform()),
    };
    if (sparse) {
      const dropped = i % 3 === 0 ? "large" : "small";
      delete scores[dropped];
      delete costs[dropped];
    }
    return { id: `row-${i}`, prompt, scores, costs };
  });
}

const tableOf = (rows: PromptRow[]): Promise<RowTable> => buildRowTable(rows);

async function bytesOf(table: RowTable, options: TrainOptions): Promise<Uint8Array> {
  return serializeArtifact((await trainRouter(table, options)).artifact);
}

describe.each(["low-rank", "models"] as const)("form %s", (form) => {
  const settings = { ...small, form };

  test("the same rows, settings and seed give the same bytes; another seed does not", async () => {
    const table = await tableOf(madeRows(80));
    const first = await bytesOf(table, { settings });
    expect(await bytesOf(table, { settings })).toEqual(first);
    expect(await bytesOf(table, { settings: { ...settings, seed: 1 } })).not.toEqual(first);
  });

  test.each([0, 2, 4])(
    "a run stopped after epoch %i and resumed gives the bytes of one that never stopped",
    async (stop) => {
      const table = await tableOf(madeRows(80));
      const kept: Uint8Array[] = [];
      const whole = await bytesOf(table, {
        settings,
        onCheckpoint: (state) => void kept.push(serializeCheckpoint(state)),
      });
      const resume = (fingerprint: string): Checkpoint => parseCheckpoint(kept[stop], fingerprint);
      expect(await bytesOf(table, { settings, resume })).toEqual(whole);
    },
  );

  test("the served router has learnt which prompts are hard for whom", async () => {
    const rows = madeRows(200);
    const { artifact } = await trainRouter(await tableOf(rows), { settings });
    const served = parseArtifact(serializeArtifact(artifact));
    const router = new Router(served);
    const embeddings = embedderOf(served).embedSync(rows.map(({ prompt }) => prompt));
    const { quality } = router.predictBatch(embeddings, new Float64Array(rows.length).fill(20));
    // columns in the order of the models' first appearance: small, large
    const mean = (parity: number, model: number): number => {
      const picked = rows.map((_, i) => i).filter((i) => i % 2 === parity);
      return picked.reduce((sum, i) => sum + quality[2 * i + model], 0) / picked.length;
    };
    expect(mean(0, 0)).toBeGreaterThan(mean(1, 0) + 0.1);
    expect(mean(0, 1)).toBeGreaterThan(0.6);
    expect(mean(1, 1)).toBeGreaterThan(0.6);
  });
});

test("rows with one label a prompt train, and unknown entries are not zeros", async () => {
  const rows = madeRows(200, { sparse: true });
  const { artifact } = await trainRouter(await tableOf(rows), { settings: small });
  const router = new Router(artifact);
  const embeddings = embedderOf(artifact).embedSync(rows.map(({ prompt }) => prompt));
  const { quality } = router.predictBatch(embeddings, new Float64Array(rows.length).fill(20));
  const large = artifact.manifest.candidates.findIndex(({ id }) => id === "large");
  let mean = 0;
  for (let r = 0; r < rows.length; r++) mean += quality[2 * r + large] / rows.length;
  // two thirds of the rows lack a score of small, one third one of large: read as zeros, the mean would be near 0.57
  expect(mean).toBeGreaterThan(0.7);
});

test("a checkpoint of other settings or with damage is refused", async () => {
  const table = await tableOf(madeRows(60));
  let kept: Uint8Array = new Uint8Array();
  await trainRouter(table, {
    settings: small,
    onCheckpoint: (state) => {
      kept = serializeCheckpoint(state);
    },
  });
  const resumeWith = (bytes: Uint8Array, settings: Partial<TrainingSettings>) =>
    trainRouter(table, { settings, resume: (fingerprint) => parseCheckpoint(bytes, fingerprint) });
  await expect(resumeWith(kept, { ...small, dropout: 0.1 })).rejects.toThrow(/other data, settings/);
  await expect(resumeWith(kept.subarray(0, kept.length - 3), small)).rejects.toSatisfy(OneheadError.isInstance);
});

test("an aborted run ends with the code aborted", async () => {
  const controller = new AbortController();
  const running = trainRouter(await tableOf(madeRows(400)), {
    settings: { ...small, epochs: 400, patience: 400 },
    signal: controller.signal,
    onCheckpoint: () => controller.abort(),
  });
  await expect(running).rejects.toMatchObject({ code: "aborted" });
});

test("a learning rate that blows up is named", async () => {
  const running = trainRouter(await tableOf(madeRows(60)), { settings: { ...small, learningRate: 1e38 } });
  await expect(running).rejects.toMatchObject({ code: "diverged" });
});

test("bad input is named", async () => {
  const table = await tableOf(madeRows(40));
  await expect(trainRouter(undefined as never)).rejects.toThrow("table: not a table of rows");
  await expect(trainRouter(table, null as never)).rejects.toThrow("train: options: null, expected an object");
  await expect(trainRouter(table, 5 as never)).rejects.toThrow("train: options: 5, expected an object");
  await expect(trainRouter(table, { settings: 5 as never })).rejects.toThrow("settings: 5, expected an object");
  await expect(trainRouter(table, { resume: 5 as never })).rejects.toThrow(
    "train: resume: a number, expected a function",
  );
  await expect(trainRouter(table, { settings: { members: 0 } })).rejects.toThrow("settings.members: 0");
  await expect(trainRouter(table, { settings: { holdout: 1 } })).rejects.toThrow("settings.holdout: 1");
  await expect(trainRouter(table, { settings: { batchRows: 2 ** 31 } })).rejects.toThrow("batchRows: 2147483648");
  await expect(trainRouter(table, { settings: { seed: 2 ** 32 } })).rejects.toThrow("seed: 4294967296");
  await expect(trainRouter(table, { settings: { learningRate: Infinity } })).rejects.toThrow("learningRate: Infinity");
  await expect(trainRouter(table, { settings: { learningRate: Number.NaN } })).rejects.toThrow("learningRate: NaN");
  const unscored = { ...table, scores: table.scores.map((score, i) => (i % 2 === 1 ? Number.NaN : score)) };
  await expect(trainRouter(unscored)).rejects.toThrow("model large has no score");
  const one = await tableOf(madeRows(1));
  await expect(trainRouter(one, { settings: { holdout: 0 } })).rejects.toThrow(/expected at least 2/);
});

test("prices that are no prices, or of other models, are named before training", async () => {
  const table = await tableOf(madeRows(40));
  const trainWith = (prices: unknown) =>
    trainRouter(table, { settings: small, prices: prices as TrainOptions["prices"] });
  const price = { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 2 };
  await expect(trainWith({ other: price })).rejects.toMatchObject({ code: "unknown-model" });
  for (const bad of [Number.NaN, -1, Number.POSITIVE_INFINITY, "2", undefined]) {
    await expect(trainWith({ large: { ...price, outputUsdPerMillionTokens: bad } })).rejects.toThrow(
      `train: prices["large"].outputUsdPerMillionTokens: ${bad}`,
    );
  }
  await expect(trainWith({ large: null })).rejects.toThrow("inputUsdPerMillionTokens: undefined");
});

test("a table that does not hold together is named before training", async () => {
  const table = await tableOf(madeRows(40));
  const at = (values: Float64Array | Float32Array, i: number, value: number) =>
    values.map((v, k) => (k === i ? value : v));
  const broken: Array<[Partial<Record<keyof RowTable, unknown>>, string]> = [
    [{ scores: table.scores.subarray(1) }, "table.scores: 79 values, expected 80 for 40 rows and 2 models"],
    [{ prompts: [] }, "table.prompts: 0 values"],
    [{ prompts: table.prompts.map((prompt, i) => (i === 3 ? 5 : prompt)) }, "table.prompts[3]: number, expected text"],
    [{ models: ["small", "small"] }, 'table.models[1]: "small" again'],
    [{ models: ["small", ""] }, 'table.models[1]: ""'],
    [{ scores: at(table.scores, 7, 1.5) }, "table.scores[7]: 1.5, expected 0 to 1"],
    [{ costs: at(table.costs, 2, -1) }, "table.costs[2]: -1"],
    [{ inputTokens: at(table.inputTokens, 0, Infinity) }, "table.inputTokens[0]: Infinity"],
  ];
  for (const [over, message] of broken) {
    const running = trainRouter({ ...table, ...over } as RowTable, { settings: small });
    await expect(running).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringContaining(message),
    });
  }
});

test("an abort is seen while the anchors are chosen", async () => {
  const controller = new AbortController();
  const stages: string[] = [];
  const running = trainRouter(await tableOf(madeRows(60)), {
    settings: small,
    signal: controller.signal,
    onProgress: ({ stage }) => {
      stages.push(stage);
      if (stage === "anchors") controller.abort();
    },
  });
  await expect(running).rejects.toMatchObject({ code: "aborted" });
  expect(stages).toEqual(["embedder", "anchors"]);
});

test("without a held-out or validation part everything is trained on", async () => {
  const rows = madeRows(40);
  const { artifact } = await trainRouter(await tableOf(rows), { settings: { ...small, holdout: 0, validation: 0 } });
  expect(artifact.manifest.training.rows).toBe(40);
});

test("kernel and clusters are served as they were fitted: the joint logit is the weighted mean of the parts", async () => {
  const rows = madeRows(240);
  const { artifact: whole } = await trainRouter(await tableOf(rows), { settings: small });
  const model = networkModel(whole.manifest);
  const { anchors } = model;
  const [kernel, clusters] = [model.kernel!, model.clusters!];
  // the parts with the same calibration, none
  const identity = { temperature: 1, bias: 0 };
  const embeddings = embedderOf(whole).embedSync(rows.map(({ prompt }) => prompt));
  const logitsOf = (kernelShare: number, clusterShare: number): number[] => {
    const shares = {
      ...model,
      kernel: { ...kernel, weight: kernelShare },
      clusters: { ...clusters, weight: clusterShare },
    };
    const router = new Router({ ...whole, manifest: { ...whole.manifest, model: shares, calibration: identity } });
    const { quality } = router.predictBatch(embeddings, new Float64Array(rows.length).fill(20));
    return Array.from(quality, (p) => Math.log(p / (1 - p)));
  };
  const [networks, kernelAlone, clustersAlone] = [logitsOf(0, 0), logitsOf(1, 0), logitsOf(0, 1)];
  logitsOf(kernel.weight, clusters.weight).forEach((logit, i) => {
    const beside = (1 - kernel.weight) * networks[i] + kernel.weight * kernelAlone[i];
    expect(logit).toBeCloseTo((1 - clusters.weight) * beside + clusters.weight * clustersAlone[i], 4);
  });
  expect(clusters.weight).toBe(0.5);
  let first = 0;
  const maps = clusters.sizes.map((size) => {
    const part = (name: string) => {
      const { shape, data } = whole.tensors.get(`clusters.${name}`)!;
      const width = shape[1] ?? 1;
      return (data as Float32Array).slice(first * width, (first + size) * width);
    };
    const map = { map: part("key"), bias: part("bias"), means: part("value") };
    first += size;
    return map;
  });
  const scores = new Float32Array(clustersAlone.length);
  const asked = {
    embeddings,
    rows: rows.length,
    scores,
    costTargets: scores,
    inputTokens: new Float64Array(rows.length),
  };
  clusterLogits({ maps, weight: 1 }, asked).forEach((logit, i) => {
    expect(clustersAlone[i]).toBeCloseTo(logit, 4);
  });
  const matrix = (name: string) => {
    const { shape, data } = whole.tensors.get(name)!;
    return { width: shape[0], projection: data as Float32Array };
  };
  const logits = kernelLogits(
    {
      sharpness: kernel.sharpness,
      directions: matrix("kernel.directions"),
      metric: kernel.metric === undefined ? null : matrix("kernel.metric"),
      anchors: whole.tensors.get("kernel.anchors")!.data as Float32Array,
      values: whole.tensors.get("kernel.value.quality")!.data as Float32Array,
      means: whole.tensors.get("kernel.mean.quality")!.data as Float32Array,
    },
    embeddings,
    rows.length,
  );
  expect(whole.tensors.get("kernel.anchors")!.shape[0]).toBe(anchors);
  logits.forEach((logit, i) => {
    expect(kernelAlone[i]).toBeCloseTo(logit, 4);
  });
});
