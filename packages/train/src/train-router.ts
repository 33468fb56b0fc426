import { type Artifact, hashString, OneheadError } from "@onehead/core";
import type { TrainingBackend } from "@onehead/core/training";
import { type RowTable, selectRows, splitTable } from "@onehead/data";
import type { Embedder, JoinedEmbedder, StaticTable, TrainedEmbedder } from "@onehead/embed";
import packageManifest from "../package.json" with { type: "json" };
import { assembleArtifact } from "./assemble-artifact.js";
import { columnMeans, fitOwnShare, keepOwnShare, levelShift } from "./calibration/shrink-costs.js";
import type { Checkpoint } from "./checkpoint/checkpoint.js";
import { defaultBackend } from "./default-backend.js";
import { fitSplitEmbedder } from "./embedder/fit-router-embedder.js";
import { jointOutputs, type TrainedModel } from "./joint-outputs.js";
import { assertPrices } from "./prices/assert-prices.js";
import type { TokenPrices } from "./prices/infer-prices.js";
import { assertTable } from "./rows/assert-table.js";
import { type CostTargets, costTargets } from "./rows/cost-targets.js";
import { dataHash } from "./rows/data-hash.js";
import { labelledRows } from "./rows/labelled-rows.js";
import { resolveSettings, type TrainingSettings } from "./settings/training-settings.js";
import { trainParts } from "./train-parts.js";
import type { LabelledRows } from "./trainer/member-trainer.js";
import type { TrainingProgress } from "./trainer/progress.js";
import { shareRows } from "./workers/share-rows.js";
import { createContext, type TaskContext } from "./workers/task-context.js";
import { localTasks, type TaskRunner } from "./workers/tasks.js";
import { ThreadPool } from "./workers/thread-pool.js";
import { threadTasks } from "./workers/thread-tasks.js";
import { resolveWorkers, threadsThatPay } from "./workers/threads-that-pay.js";

export interface TrainOptions {
  settings?: Partial<TrainingSettings> | undefined;
  /** List prices by model; where left out they are inferred from rows that record tokens and costs. */
  prices?: Readonly<Record<string, TokenPrices>> | undefined;
  /** Word vectors that join the trained features, such as `staticEnglish()`; whoever serves the artifact needs them too. */
  staticTable?: StaticTable | undefined;
  /**
   * An embedder that stays outside of the artifact, whose vectors join the trained features; whoever serves the artifact
   * needs it too. A hosted one is sent every prompt of the training and validation parts: say so before.
   */
  external?: Embedder | undefined;
  /** Goes into the artifact's manifest. */
  name?: string | undefined;
  /** Keep the first characters of each anchor prompt in the artifact, for `explain`; off, since rows may be private. */
  anchorExcerpts?: boolean | undefined;
  onProgress?: ((progress: TrainingProgress) => void) | undefined;
  /** Receives the state at every epoch's end; what it returns is awaited. */
  onCheckpoint?: ((checkpoint: Checkpoint) => void | Promise<void>) | undefined;
  /** Goes on from a checkpoint of the same data and settings: `(fingerprint) => parseCheckpoint(bytes, fingerprint)`. */
  resume?: ((fingerprint: string) => Checkpoint | undefined) | undefined;
  signal?: AbortSignal | undefined;
  /**
   * Threads that train, beside the calling one, which then only waits; "auto" for as many as there are processors and the rows keep
   * busy. 0, all on the calling thread, unless given. The artifact has the same bytes with any number.
   */
  workers?: number | "auto" | undefined;
  /** What is computed with: WebAssembly where it can be had, unless given. Each of `workers` makes its own of the same name, js or wasm. */
  backend?: TrainingBackend | undefined;
}

export interface TrainedRouter<E extends TrainedEmbedder | JoinedEmbedder = TrainedEmbedder> {
  artifact: Artifact;
  embedder: E;
}

/**
 * Trains a router on recorded rows and returns its artifact.
 *
 * Rows are split by prompt text; the embedder, anchors and profiles are fitted on the training part, early stop,
 * calibration and dial use the validation part, and the held-out part is not looked at.
 * The same rows, settings and backend give the same artifact, byte for byte, on any number of threads, also when resumed from a
 * checkpoint.
 *
 * @throws OneheadError "invalid-argument" (table, prices, settings, too few rows), "unknown-model" (prices), "aborted"
 *   (signal), "diverged" (a loss not finite), "worker" (a thread that ended); what an external embedder throws
 */
export function trainRouter(table: RowTable, options?: TrainOptions & { external?: undefined }): Promise<TrainedRouter>;
export function trainRouter(
  table: RowTable,
  options: TrainOptions,
): Promise<TrainedRouter<TrainedEmbedder | JoinedEmbedder>>;
export async function trainRouter(
  table: RowTable,
  options: TrainOptions = {},
): Promise<TrainedRouter<TrainedEmbedder | JoinedEmbedder>> {
  if (typeof options !== "object" || options === null) {
    throw new OneheadError("invalid-argument", `train: options: ${String(options)}, expected an object`);
  }
  for (const name of ["onProgress", "onCheckpoint", "resume"] as const) {
    const given: unknown = options[name];
    if (given !== undefined && typeof given !== "function") {
      throw new OneheadError("invalid-argument", `train: ${name}: a ${typeof given}, expected a function`);
    }
  }
  const settings = resolveSettings(options.settings ?? {});
  const workers = resolveWorkers(options.workers);
  const backend = options.backend ?? defaultBackend();
  assertTable(table);
  assertPrices(options.prices ?? {}, table.models);
  const pause = createPause(options.signal);
  const { seed, holdout, validation } = settings;
  const split = splitTable(table, { seed, holdout, validation });
  assertTrainable(table, split.train);

  options.onProgress?.({ stage: "embedder", fraction: 0 });
  const { embedder, embed } = await fitSplitEmbedder(table, split, settings, { ...options, backend });
  const fitted = selectRows(table, Int32Array.from([...split.train, ...split.validation]).sort());
  const costs = costTargets(table, options.prices ?? {}, fitted);
  const label = async (part: "train" | "validation"): Promise<LabelledRows> =>
    labelledRows(table, costs.targets, split[part], await embed(part));
  const training = await label("train");
  const validating = await label("validation");
  const D = embedder.dimensions;
  const M = table.models.length;
  const threads = threadsThatPay(workers, settings, training.rows, D, M);

  const hash = dataHash(table);
  const shaping = JSON.stringify([
    packageManifest.version,
    backend.name,
    settings,
    costs.kinds,
    costs.prices,
    options.staticTable?.id,
    options.external?.id,
  ]);
  const fingerprint = `${hash}-${hashString(shaping).toString(16)}`;
  const recorded = { ...costs, models: table.models, costsUsd: selectRows(table, split.validation).costs };
  const context = createContext(backend, pause);
  const { model, anchorRows } = await withTasks(threads, context, options.signal, async (tasks, pool) => {
    const parts =
      pool === null
        ? { training, validation: validating }
        : { training: shareRows(training), validation: shareRows(validating) };
    return trainParts(parts, { table, split, costs, recorded, settings, fingerprint, options }, tasks, pool);
  });
  shrinkCosts(model, training, validating, costs, context);

  options.onProgress?.({ stage: "calibration", fraction: 0 });
  await pause();
  const artifact = assembleArtifact({
    table,
    split,
    anchorRows: anchorRows.map((i) => split.train[i]),
    model,
    costs,
    // without a validation part the calibration has nothing better than the training rows
    calibrationRows: validating.rows > 0 ? validating : training,
    trainingRows: training,
    embedder,
    settings,
    dataHash: hash,
    name: options.name ?? "router",
    anchorExcerpts: options.anchorExcerpts ?? false,
    products: context.products,
  });
  return { artifact, embedder };
}

/** Runs `train` with so many threads, which are ended whatever comes; an abort ends them at once. */
async function withTasks<Result>(
  threads: number,
  local: TaskContext,
  signal: AbortSignal | undefined,
  train: (tasks: TaskRunner, pool: ThreadPool | null) => Promise<Result>,
): Promise<Result> {
  if (threads === 0) return train(localTasks(local), null);
  assertNotAborted(signal);
  const { name } = local.backend;
  if (name === "gpu")
    throw new OneheadError("invalid-argument", "train: workers: threads compute with js or wasm, not gpu");
  const pool = new ThreadPool(threads, name);
  const abort = (): void => pool.fail(abortedBy(signal));
  signal?.addEventListener("abort", abort);
  try {
    return await train(threadTasks(pool, local), pool);
  } finally {
    signal?.removeEventListener("abort", abort);
    await pool.close();
  }
}

/** Every model needs a score among the training rows: without one there is nothing to know it by. */
function assertTrainable(table: RowTable, training: Int32Array): void {
  const M = table.models.length;
  if (training.length < 2 || M === 0) {
    throw new OneheadError("invalid-argument", `train: ${training.length} training rows, expected at least 2`);
  }
  for (let m = 0; m < M; m++) {
    if (!training.some((r) => !Number.isNaN(table.scores[r * M + m]))) {
      throw new OneheadError(
        "invalid-argument",
        `train: model ${table.models[m]} has no score in any of the ${training.length} training rows`,
      );
    }
  }
}

/** Takes back of the cost predictions what validation rows do not bear out (`fitOwnShare`), around the training rows' means. */
function shrinkCosts(
  model: TrainedModel,
  training: LabelledRows,
  validation: LabelledRows,
  costs: CostTargets,
  { products }: TaskContext,
): void {
  const { networks, kernel } = model;
  if (validation.rows === 0 || networks.some((network) => network.shrinkCosts === undefined)) return;
  const M = costs.kinds.length;
  const share = fitOwnShare(jointOutputs(model, validation, products).costOutputs, validation, costs);
  if (share === 1) return;
  const shift = levelShift(columnMeans(jointOutputs(model, training, products).costOutputs, M), share);
  for (const network of networks) network.shrinkCosts?.(share, shift);
  if (kernel !== null) keepOwnShare(kernel.costs, share, M);
}

/** Lets the event loop turn every 50 ms, and throws OneheadError "aborted" once the signal is. */
function createPause(signal: AbortSignal | undefined): () => Promise<void> {
  let lastMs = performance.now();
  return async () => {
    if (performance.now() - lastMs >= 50) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      lastMs = performance.now();
    }
    assertNotAborted(signal);
  };
}

function assertNotAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortedBy(signal);
}

function abortedBy(signal: AbortSignal | undefined): OneheadError {
  return new OneheadError("aborted", "train: aborted", { cause: signal?.reason });
}
