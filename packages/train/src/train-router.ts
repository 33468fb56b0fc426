import { type Artifact, hashString, OneheadError } from "@onehead/core";
import { type RowTable, selectRows, splitTable } from "@onehead/data";
import type { Embedder, JoinedEmbedder, StaticTable, TrainedEmbedder } from "@onehead/embed";
import packageManifest from "../package.json" with { type: "json" };
import { selectAnchors } from "./anchors/select-anchors.js";
import { assembleArtifact } from "./assemble-artifact.js";
import { columnMeans, fitOwnShare, keepOwnShare, levelShift } from "./calibration/shrink-costs.js";
import type { Checkpoint } from "./checkpoint/checkpoint.js";
import { fitClusterAttention } from "./clusters/fit-cluster-attention.js";
import { taskLabels } from "./clusters/task-labels.js";
import { fitSplitEmbedder } from "./embedder/fit-router-embedder.js";
import { jointOutputs, type TrainedModel } from "./joint-outputs.js";
import { type CostRows, fitKernelCosts } from "./kernel/fit-kernel-costs.js";
import { anchorWeights, type FittedKernel, fitKernelRegression } from "./kernel/fit-kernel-regression.js";
import { withSquares } from "./kernel/kernel-points.js";
import { createNetwork } from "./network/create-network.js";
import type { Network } from "./network/network.js";
import { meanOutputs } from "./network/network-outputs.js";
import { assertPrices } from "./prices/assert-prices.js";
import type { TokenPrices } from "./prices/infer-prices.js";
import { smoothedProfiles } from "./profiles/smoothed-profiles.js";
import { assertTable } from "./rows/assert-table.js";
import { type CostTargets, costTargets } from "./rows/cost-targets.js";
import { dataHash } from "./rows/data-hash.js";
import { labelledRows } from "./rows/labelled-rows.js";
import { resolveSettings, type TrainingSettings } from "./settings/training-settings.js";
import { type LabelledRows, type MemberState, MemberTrainer } from "./trainer/member-trainer.js";
import type { TrainingProgress } from "./trainer/progress.js";
import { type RecordedCosts, validationPredictions } from "./trainer/validation-predictions.js";

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
 * The same rows, settings and backend give the same artifact, byte for byte, also when resumed from a checkpoint.
 *
 * @throws OneheadError "invalid-argument" (table, prices, settings, too few rows), "unknown-model" (prices), "aborted"
 *   (signal), "diverged" (a loss not finite); what an external embedder throws
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
  assertTable(table);
  assertPrices(options.prices ?? {}, table.models);
  const pause = createPause(options.signal);
  const { seed, holdout, validation } = settings;
  const split = splitTable(table, { seed, holdout, validation });
  assertTrainable(table, split.train);

  options.onProgress?.({ stage: "embedder", fraction: 0 });
  const { embedder, embed } = await fitSplitEmbedder(table, split, settings, options);
  const fitted = selectRows(table, Int32Array.from([...split.train, ...split.validation]).sort());
  const costs = costTargets(table, options.prices ?? {}, fitted);
  const label = async (part: "train" | "validation"): Promise<LabelledRows> =>
    labelledRows(table, costs.targets, split[part], await embed(part));
  const training = await label("train");
  const validating = await label("validation");

  options.onProgress?.({ stage: "anchors", fraction: 0 });
  const D = embedder.dimensions;
  const anchorRows = await selectAnchors(training.embeddings, training.rows, D, settings.anchors, seed, pause);
  const networks = startNetworks(training, anchorRows, costs.kinds, D, table.models.length, settings);

  const hash = dataHash(table);
  const shaping = JSON.stringify([
    packageManifest.version,
    settings,
    costs.kinds,
    costs.prices,
    options.staticTable?.id,
    options.external?.id,
  ]);
  const fingerprint = `${hash}-${hashString(shaping).toString(16)}`;
  const recorded = { ...costs, models: table.models, costsUsd: selectRows(table, split.validation).costs };
  await trainMembers(networks, training, validating, recorded, D, settings, fingerprint, pause, options);

  options.onProgress?.({ stage: "kernel", fraction: 0 });
  await pause();
  const kernel = settings.kernel ? fitKernel(networks, training, validating, anchorRows, settings) : null;
  options.onProgress?.({ stage: "clusters", fraction: 0 });
  const tasks = settings.tasks ? taskLabels(table, split) : null;
  const clusters = settings.clusters
    ? await fitClusterAttention(training, validating, { ...settings, tasks }, pause)
    : null;
  const model: TrainedModel = { networks, kernel, clusters };
  shrinkCosts(model, training, validating, costs);

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
  });
  return { artifact, embedder };
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

function startNetworks(
  training: LabelledRows,
  anchorRows: Int32Array,
  costKinds: readonly string[],
  D: number,
  M: number,
  settings: TrainingSettings,
): Network[] {
  const anchors = gatherRows(training.embeddings, anchorRows, D);
  const profiles = smoothedProfiles({
    embeddings: training.embeddings,
    anchors,
    scores: training.scores,
    costTargets: training.costTargets,
    costKinds,
    rows: training.rows,
    dimensions: D,
    anchorCount: anchorRows.length,
    models: M,
    sharpness: settings.sharpness,
    prior: settings.prior,
  });
  return Array.from({ length: settings.members }, (_, member) =>
    createNetwork(settings, { anchorCount: anchorRows.length, profiles, dimensions: D, models: M }, member),
  );
}

function fitKernel(
  networks: readonly Network[],
  training: LabelledRows,
  validation: LabelledRows,
  anchorRows: Int32Array,
  settings: TrainingSettings,
): FittedKernel {
  const D = training.embeddings.length / training.rows;
  const M = training.scores.length / training.rows;
  const held = meanOutputs(networks, validation.embeddings, validation.rows, D, M);
  const kernel = fitKernelRegression({
    training,
    validation,
    networkLogits: held.qualityLogits,
    anchors: gatherRows(training.embeddings, anchorRows, D),
    anchorCount: anchorRows.length,
    dimensions: D,
    models: M,
    prior: settings.prior,
  });
  const own = meanOutputs(networks, training.embeddings, training.rows, D, M);
  const costRows = ({ costTargets: targets, embeddings, rows }: LabelledRows, outputs: Float32Array): CostRows => ({
    targets,
    outputs,
    weights: anchorWeights(kernel, embeddings, rows),
  });
  const anchors = withSquares(kernel.anchors, anchorRows.length, kernel.anchors.length / anchorRows.length);
  const costs = fitKernelCosts(
    costRows(training, own.costOutputs),
    costRows(validation, held.costOutputs),
    anchors,
    kernel.sharpness,
    M,
  );
  return { ...kernel, costs };
}

/** Takes back of the cost predictions what validation rows do not bear out (`fitOwnShare`), around the training rows' means. */
function shrinkCosts(model: TrainedModel, training: LabelledRows, validation: LabelledRows, costs: CostTargets): void {
  const { networks, kernel } = model;
  if (validation.rows === 0 || networks.some((network) => network.shrinkCosts === undefined)) return;
  const M = costs.kinds.length;
  const share = fitOwnShare(jointOutputs(model, validation).costOutputs, validation, costs);
  if (share === 1) return;
  const shift = levelShift(columnMeans(jointOutputs(model, training).costOutputs, M), share);
  for (const network of networks) network.shrinkCosts?.(share, shift);
  if (kernel !== null) keepOwnShare(kernel.costs, share, M);
}

function gatherRows(embeddings: Float32Array, rows: Int32Array, D: number): Float32Array {
  const gathered = new Float32Array(rows.length * D);
  rows.forEach((r, i) => {
    gathered.set(embeddings.subarray(r * D, (r + 1) * D), i * D);
  });
  return gathered;
}

async function trainMembers(
  networks: readonly Network[],
  training: LabelledRows,
  validation: LabelledRows,
  recorded: RecordedCosts,
  D: number,
  settings: TrainingSettings,
  fingerprint: string,
  pause: () => Promise<void>,
  options: TrainOptions,
): Promise<void> {
  const M = recorded.models.length;
  const checkpoint: Checkpoint = { fingerprint, members: [] };
  const resumed = options.resume?.(fingerprint)?.members ?? [];
  const startedMs = performance.now();
  let epochsRun = 0;
  for (const [member, network] of networks.entries()) {
    const trainer = new MemberTrainer(network, training, validation, settings, member, D, M);
    const state: MemberState | undefined = resumed[member];
    if (state !== undefined) trainer.restore(state);
    while (!trainer.finished) {
      const epoch = await trainer.runEpoch(pause);
      epochsRun++;
      const epochsLeft = settings.epochs - epoch.epoch + (networks.length - member - 1) * settings.epochs;
      options.onProgress?.({
        stage: "member",
        member,
        members: networks.length,
        epochs: settings.epochs,
        ...epoch,
        bestValidationLoss: trainer.bestValidationLoss,
        fraction: (member + epoch.epoch / settings.epochs) / networks.length,
        remainingMs: ((performance.now() - startedMs) / epochsRun) * epochsLeft,
        validation: () => validationPredictions(network, validation, recorded, D),
      });
      checkpoint.members[member] = trainer.state();
      await options.onCheckpoint?.(checkpoint);
    }
    // a member that was already finished when it was restored is kept for the next checkpoint too
    checkpoint.members[member] = trainer.state();
    trainer.takeBest();
  }
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
  if (signal?.aborted) throw new OneheadError("aborted", "train: aborted", { cause: signal.reason });
}
