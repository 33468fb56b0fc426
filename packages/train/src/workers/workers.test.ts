// Training on several threads: they run what was built last, the calling thread the sources.
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { OneheadError, serializeArtifact } from "@onehead/core";
import { createRandom, jsTrainingBackend } from "@onehead/core/training";
import { buildRowTable, type PromptRow, type RowTable } from "@onehead/data";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Checkpoint, parseCheckpoint, serializeCheckpoint } from "../checkpoint/checkpoint.js";
import type { ClusterInputs } from "../clusters/fit-cluster-attention.js";
import { defaultSettings, type TrainingSettings } from "../settings/training-settings.js";
import { type TrainOptions, trainRouter } from "../train-router.js";
import type { LabelledRows } from "../trainer/member-trainer.js";
import type { TrainingProgress } from "../trainer/progress.js";
import { type MembersInput, trainMembers } from "../trainer/train-members.js";
import type { Job } from "./messages.js";
import { ThreadPool } from "./thread-pool.js";
import { resolveWorkers, threadsThatPay } from "./threads-that-pay.js";

const small: Partial<TrainingSettings> = {
  members: 2,
  epochs: 3,
  anchors: 8,
  keyWidth: 6,
  hiddenWidth: 8,
  rank: 2,
  // batches of three shards, the last of them shorter, and a last batch of one
  batchRows: 80,
  components: 8,
  features: 128,
};

function tableOf(count: number): Promise<RowTable> {
  const random = createRandom(7);
  const rows = Array.from({ length: count }, (_, i): PromptRow => {
    const arithmetic = i % 2 === 0;
    const prompt = arithmetic ? `what is ${i} plus ${i * 3}?` : `who ruled kingdom number ${i} in the old days?`;
    const scores: Record<string, number> = { large: random.uniform() < 0.85 ? 1 : 0 };
    if (i % 5 > 0) scores["small"] = random.uniform() < (arithmetic ? 0.9 : 0.1) ? 1 : 0;
    const costs = Object.fromEntries(Object.keys(scores).map((model) => [model, 1e-4 * (1 + random.uniform())]));
    return { id: `row-${i}`, prompt, scores, costs };
  });
  return buildRowTable(rows);
}

async function bytesOf(table: RowTable, options: TrainOptions): Promise<Uint8Array> {
  return serializeArtifact((await trainRouter(table, options)).artifact);
}

const forms = ["low-rank", "models"] as const;

describe.each(forms)("form %s", (form) => {
  const settings = { ...small, form };
  let table: RowTable;
  let alone: Uint8Array;
  beforeAll(async () => {
    table = await tableOf(400);
    alone = await bytesOf(table, { settings });
  });

  test.each([1, 2, 3, 5])("%i threads give the bytes of the calling thread alone", async (workers) => {
    expect(await bytesOf(table, { settings, workers })).toEqual(alone);
  });

  test("so they do on js, which the artifact of WebAssembly is near", async () => {
    const js = await bytesOf(table, { settings, backend: jsTrainingBackend });
    expect(await bytesOf(table, { settings, backend: jsTrainingBackend, workers: 3 })).toEqual(js);
    expect(js).not.toEqual(alone);
  });

  test("a run stopped on three threads is resumed by any number of them to the same bytes", async () => {
    const kept: Uint8Array[] = [];
    const keep = (state: Checkpoint): void => void kept.push(serializeCheckpoint(state));
    await bytesOf(table, { settings, workers: 3, onCheckpoint: keep });
    // the members run side by side
    expect(kept).toHaveLength(2 * 3);
    for (const [stop, workers] of [
      [0, 2],
      [3, 0],
      [5, 3],
    ] as const) {
      const resume = (fingerprint: string): Checkpoint => parseCheckpoint(kept[stop], fingerprint);
      expect(await bytesOf(table, { settings, workers, resume })).toEqual(alone);
    }
  });
});

test("progress on threads tells what it tells on the calling thread, and predicts for the validation rows", async () => {
  const table = await tableOf(200);
  const run = async (workers: number): Promise<TrainingProgress[]> => {
    const events: TrainingProgress[] = [];
    await trainRouter(table, { settings: small, workers, onProgress: (event) => void events.push(event) });
    return events;
  };
  const figures = (events: TrainingProgress[]) =>
    events.flatMap((event) => {
      if (event.stage !== "member") return [];
      const { member, epoch, trainingLoss, validationLoss, bestValidationLoss } = event;
      return [
        { member, epoch, trainingLoss, validationLoss, bestValidationLoss, quality: event.validation()?.quality },
      ];
    });
  const byMember = (a: { member: number; epoch: number }, b: { member: number; epoch: number }): number =>
    a.member - b.member || a.epoch - b.epoch;
  const [alone, threads] = [await run(0), await run(3)];
  expect(figures(threads).sort(byMember)).toEqual(figures(alone));
  for (const events of [alone, threads]) {
    const fractions = events.flatMap((event) => (event.stage === "member" ? [event.fraction] : []));
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
    expect([...new Set(events.map(({ stage }) => stage))]).toEqual([
      "embedder",
      "anchors",
      "member",
      "kernel",
      "clusters",
      "calibration",
    ]);
  }
});

test.each(["member", "kernel"])("an abort at stage %s ends the threads and the run", async (stage) => {
  const controller = new AbortController();
  const running = trainRouter(await tableOf(400), {
    settings: { ...small, epochs: 50, patience: 50 },
    workers: 3,
    signal: controller.signal,
    onProgress: (event) => {
      if (event.stage === stage) controller.abort();
    },
  });
  await expect(running).rejects.toMatchObject({ code: "aborted" });
});

test("what onCheckpoint throws ends the run", async () => {
  const running = trainRouter(await tableOf(200), {
    settings: small,
    workers: 2,
    onCheckpoint: () => Promise.reject(new Error("disk full")),
  });
  await expect(running).rejects.toThrow("disk full");
});

test("a diverged loss is that of the calling thread", async () => {
  const table = await tableOf(200);
  const settings = { ...small, learningRate: 1e30, clipNorm: 1e30 };
  const errorOf = async (workers: number): Promise<unknown> =>
    trainRouter(table, { settings, workers }).then(
      () => "none",
      (error: unknown) => error,
    );
  const [alone, threads] = [await errorOf(0), await errorOf(2)];
  expect(alone).toMatchObject({ code: "diverged" });
  expect(OneheadError.isInstance(threads)).toBe(true);
  expect(threads).toMatchObject({
    code: "diverged",
    message: expect.stringMatching(/^train: the loss of member [01] is/),
  });
});

describe("a thread that ends", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "onehead-threads-"));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const fileOf = (name: string, source: string): URL => {
    const path = join(folder, `${name}.mjs`);
    writeFileSync(path, `import { parentPort, threadId } from "node:worker_threads";\n${source}`);
    return pathToFileURL(path);
  };
  const job: Job = { kind: "task", name: "fitClusterAttention", input: {} as ClusterInputs };

  // of two threads that start one after the other, one has an even number; the other never comes back from waiting
  test.each([
    ["by itself", "process.exit(3)", "ended with code 3"],
    ["by an error outside of its job", 'setImmediate(() => { throw new Error("lost"); })', "failed: lost"],
  ])("%s rejects every job with a typed error, also of the thread that waits for it", async (name, ends, message) => {
    const waits = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)";
    const source = `parentPort.on("message", () => { if (threadId % 2 === 0) ${ends}; else ${waits}; });`;
    const pool = new ThreadPool(2, "js", fileOf(name.replace(/ /g, "-"), source));
    const failure = { code: "worker", message: expect.stringMatching(`^train: thread [01] ${message}$`) };
    const [first, second] = [pool.run(0, job), pool.run(1, job)];
    await expect(first).rejects.toMatchObject(failure);
    await expect(second).rejects.toMatchObject(failure);
    await expect(pool.run(0, job)).rejects.toMatchObject(failure);
    await pool.close();
  });

  test("before it has started is told, and so is a file that is not there", async () => {
    for (const file of [fileOf("throws", 'throw new Error("no memory");'), pathToFileURL(join(folder, "none.mjs"))]) {
      const pool = new ThreadPool(1, "js", file);
      await expect(pool.run(0, job)).rejects.toMatchObject({ code: "worker" });
      await pool.close();
    }
  });

  test("in the midst of a batch ends the group that waits for it", async () => {
    const built = new URL("../../dist/worker.js", import.meta.url);
    // one of the threads ends where it would meet the others for the hundredth time
    const source = [
      "const { add } = Atomics;",
      "let meetings = 0;",
      "const ends = (index) => index === 0 && threadId % 2 === 0 && ++meetings === 100;",
      "Atomics.add = (array, index, by) => (ends(index) ? process.exit(7) : add(array, index, by));",
      `await import(${JSON.stringify(built.href)});`,
    ].join("\n");
    const pool = new ThreadPool(2, "js", fileOf("ends-in-a-batch", source));
    const epochs: number[] = [];
    const input = membersInput((event) => {
      if (event.stage === "member") epochs.push(event.epoch);
    });
    const running = trainMembers(input, jsTrainingBackend, pool, async () => {});
    await expect(running).rejects.toMatchObject({
      code: "worker",
      message: expect.stringMatching("ended with code 7"),
    });
    // a meeting for each of the ten batches and one for the validation rows
    expect(epochs).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    await pool.close();
  });
});

/** 600 rows in batches of two shards. */
function membersInput(onProgress: (progress: TrainingProgress) => void): MembersInput {
  const [R, D, M] = [600, 4, 2];
  const random = createRandom(3);
  const normals = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());
  const rowsOf = (rows: number): LabelledRows => ({
    rows,
    embeddings: normals(rows * D),
    scores: normals(rows * M).map((value) => (value > 0 ? 1 : 0)),
    costTargets: normals(rows * M),
    inputTokens: new Float64Array(rows).fill(10),
  });
  const biases = { qualityBias: normals(M), costBias: normals(M) };
  return {
    settings: { ...defaultSettings, members: 1, epochs: 1000, patience: 1000, batchRows: 64, hiddenWidth: 4 },
    networkInputs: { biases, dimensions: D, models: M },
    training: rowsOf(R),
    validation: rowsOf(50),
    recorded: { models: ["a", "b"], kinds: ["usd", "usd"], prices: [null, null], costsUsd: new Float64Array(100) },
    fingerprint: "",
    resumed: [],
    onProgress,
    onCheckpoint: undefined,
  };
}

describe("how many threads", () => {
  test("must be a whole number or auto", async () => {
    for (const workers of [-1, 1.5, 65, Number.NaN, "2"]) {
      const running = trainRouter(await tableOf(40), { settings: small, workers: workers as number });
      await expect(running).rejects.toThrow(`train: workers: ${workers}, expected a whole number from 0 to 64`);
    }
    expect(resolveWorkers(undefined)).toBe(0);
  });

  test("are none by themselves for what takes no time, and never more than can be busy", () => {
    const settings = { ...defaultSettings, members: 1 };
    expect(threadsThatPay("auto", settings, 200, 128, 2)).toBe(0);
    expect(threadsThatPay(64, settings, 200, 128, 2)).toBe(3);
    expect(threadsThatPay(1, settings, 1_000_000, 128, 20)).toBe(1);
    expect(threadsThatPay("auto", settings, 1_000_000, 128, 20)).toBeLessThanOrEqual(3);
  });
});
