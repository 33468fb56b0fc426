import { type Artifact, hashString, OneheadError } from "@onehead/core";
import { type RowTable, selectRows, splitTable } from "@onehead/data";
import { fitTrainedEmbedder, type StaticTable, type TrainedEmbedder } from "@onehead/embed";
import packageManifest from "../package.json" with { type: "json" };
import { selectAnchors } from "./anchors/select-anchors.js";
import { assembleArtifact, type TrainedParts } from "./assemble-artifact.js";
import type { Checkpoint } from "./checkpoint/checkpoint.js";
import { blendLogits, type FittedKernel, fitKernelRegression, kernelLogits } from "./kernel/fit-kernel-regression.js";
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
import { pickLabelled, pickRows } from "./rows/pick-labelled.js";
import { resolveSettings, type TrainingSettings } from "./settings/training-settings.js";
import { assignFolds, type Folds, type LeftOutOutputs, leftOutOutputs, memberRows } from "./trainer/folds.js";
import { type LabelledRows, type MemberState, MemberTrainer } from "./trainer/member-trainer.js";
import type { TrainingProgress } from "./trainer/progress.js";
import { validationPredictions } from "./trainer/validation-predictions.js";

export interface TrainOptions {
  settings?: Partial<TrainingSettings> | undefined;
  /** List prices by model; where left out they are inferred from rows that record tokens and costs. */
  prices?: Readonly<Record<string, TokenPrices>> | undefined;
  /** Word vectors that join the trained features, such as `staticEnglish()`; whoever serves the artifact needs them too. */
  staticTable?: StaticTable | undefined;
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

export interface TrainedRouter {
  artifact: Artifact;
  embedder: TrainedEmbedder;
}

/**
 * Trains a router on recorded rows and returns its artifact.
 *
 * Rows are split by prompt text, and the held-out part is not looked at. Embedder and anchors come from the texts of all
 * other rows. Members take turns in leaving out a fold of them, which stops that member early; calibration, dial and the
 * settings of the kernel regression use predictions for rows that the predicting members have not seen.
 * The same rows, settings and backend give the same artifact, byte for byte, also when resumed from a checkpoint.
 *
 * @throws OneheadError "invalid-argument" (table, prices, settings, too few rows), "unknown-model" (prices), "aborted"
 *   (signal), "diverged" (a loss not finite)
 */
export async function trainRouter(table: RowTable, options: TrainOptions = {}): Promise<TrainedRouter> {
  const settings = resolveSettings(options.settings ?? {});
  assertTable(table);
  assertPrices(options.prices ?? {}, table.models);
  const pause = createPause(options.signal);
  const { seed, holdout, validation } = settings;
  const split = splitTable(table, { seed, holdout, validation });

  options.onProgress?.({ stage: "embedder", fraction: 0 });
  const fitted = Int32Array.from([...split.train, ...split.validation]).sort();
  assertTrainable(table, fitted);
  const prompts = Array.from(fitted, (r) => table.prompts[r]);
  const embedder = await fitTrainedEmbedder(prompts, {
    maxFeatures: settings.features,
    components: Math.min(settings.components, fitted.length),
    staticTable: options.staticTable,
    staticWeight: settings.staticWeight,
    seed,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const costs = costTargets(table, options.prices ?? {}, selectRows(table, fitted));
  const rows = labelledRows(table, costs.targets, fitted, embedder.embedSync(prompts));
  const folds = assignFolds(table, fitted, settings);

  options.onProgress?.({ stage: "anchors", fraction: 0 });
  const D = embedder.dimensions;
  const M = table.models.length;
  const anchorRows = await selectAnchors(rows.embeddings, rows.rows, D, settings.anchors, seed, pause);
  const anchors = pickRows(rows.embeddings, anchorRows, D);
  const learning = { rows, folds, anchors, costs, fitted, D, M, settings };

  const hash = dataHash(table);
  const shaping = JSON.stringify([
    packageManifest.version,
    settings,
    costs.kinds,
    costs.prices,
    options.staticTable?.id,
  ]);
  const fingerprint = `${hash}-${hashString(shaping).toString(16)}`;
  const networks = await trainMembers(learning, table, fingerprint, pause, options);

  options.onProgress?.({ stage: "kernel", fraction: 0 });
  await pause();
  const outputs =
    folds.count > 0
      ? leftOutOutputs(networks, rows, folds, D, M)
      : meanOutputs(networks, rows.embeddings, rows.rows, D, M);
  const { kernel, logits } = settings.kernel
    ? fitKernelRegression({
        rows,
        folds: folds.of,
        foldCount: folds.count,
        networkLogits: outputs.qualityLogits,
        anchors,
        anchorCount: anchorRows.length,
        dimensions: D,
        models: M,
        prior: settings.prior,
      })
    : { kernel: null, logits: outputs.qualityLogits };

  options.onProgress?.({ stage: "calibration", fraction: 0 });
  await pause();
  const artifact = assembleArtifact({
    table,
    fitted,
    anchorRows: anchorRows.map((i) => fitted[i]),
    networks,
    kernel,
    costs,
    ...calibrationRows(learning, outputs, kernel, logits),
    embedder,
    settings,
    dataHash: hash,
    name: options.name ?? "router",
    anchorExcerpts: options.anchorExcerpts ?? false,
  });
  return { artifact, embedder };
}

/** Every model needs a score among the rows to learn from: without one there is nothing to know it by. */
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

/** What members learn from. */
interface Learning {
  rows: LabelledRows;
  folds: Folds;
  /** (P, D). */
  anchors: Float32Array;
  costs: CostTargets;
  /** (R) rows of the table. */
  fitted: Int32Array;
  D: number;
  M: number;
  settings: TrainingSettings;
}

/** The network of one member, at its start: what it knows of the anchors comes from rows that it learns from. */
function startNetwork({ anchors, costs, D, M, settings }: Learning, training: LabelledRows, member: number): Network {
  const anchorCount = anchors.length / D;
  const profiles = smoothedProfiles({
    embeddings: training.embeddings,
    anchors,
    scores: training.scores,
    costTargets: training.costTargets,
    costKinds: costs.kinds,
    rows: training.rows,
    dimensions: D,
    anchorCount,
    models: M,
    sharpness: settings.sharpness,
    prior: settings.prior,
  });
  return createNetwork(settings, { anchors, anchorCount, profiles, dimensions: D, models: M }, member);
}

/**
 * Rows to calibrate on, with predictions of members that have not seen them; without such rows calibration has nothing
 * better than those that all have learnt from.
 */
function calibrationRows(
  { rows, folds, M }: Learning,
  outputs: LeftOutOutputs,
  kernel: FittedKernel | null,
  leftOutLogits: Float32Array,
): Pick<TrainedParts, "calibrationRows" | "outputs"> {
  const picked = Int32Array.from(folds.of, (_, r) => r).filter((r) => folds.of[r] >= 0);
  const all = picked.length === 0;
  const kept = all ? Int32Array.from(folds.of, (_, r) => r) : picked;
  const logits = kernel === null ? null : all ? kernelLogits(kernel, rows.embeddings, rows.rows) : leftOutLogits;
  const networks = pickRows(outputs.qualityLogits, kept, M);
  return {
    calibrationRows: pickLabelled(rows, kept),
    outputs: {
      qualityLogits:
        kernel === null || logits === null ? networks : blendLogits(networks, pickRows(logits, kept, M), kernel.weight),
      costOutputs: pickRows(outputs.costOutputs, kept, M),
    },
  };
}

async function trainMembers(
  learning: Learning,
  table: RowTable,
  fingerprint: string,
  pause: () => Promise<void>,
  options: TrainOptions,
): Promise<Network[]> {
  const { rows, folds, costs, fitted, D, M, settings } = learning;
  const networks: Network[] = [];
  const checkpoint: Checkpoint = { fingerprint, members: [] };
  const resumed = options.resume?.(fingerprint)?.members ?? [];
  const startedMs = performance.now();
  let epochsRun = 0;
  for (let member = 0; member < settings.members; member++) {
    const training = pickLabelled(rows, memberRows(folds, member, false));
    const leftOut = memberRows(folds, member, true);
    const validation = pickLabelled(rows, leftOut);
    const tableRows = leftOut.map((r) => fitted[r]);
    const recorded = { ...costs, models: table.models, costsUsd: selectRows(table, tableRows).costs };
    const network = startNetwork(learning, training, member);
    const trainer = new MemberTrainer(network, training, validation, settings, member, D, M);
    const state: MemberState | undefined = resumed[member];
    if (state !== undefined) trainer.restore(state);
    while (!trainer.finished) {
      const epoch = await trainer.runEpoch(pause);
      epochsRun++;
      const epochsLeft = settings.epochs - epoch.epoch + (settings.members - member - 1) * settings.epochs;
      options.onProgress?.({
        stage: "member",
        member,
        members: settings.members,
        epochs: settings.epochs,
        ...epoch,
        bestValidationLoss: trainer.bestValidationLoss,
        fraction: (member + epoch.epoch / settings.epochs) / settings.members,
        remainingMs: ((performance.now() - startedMs) / epochsRun) * epochsLeft,
        validation: () => validationPredictions(network, validation, recorded, D),
      });
      checkpoint.members[member] = trainer.state();
      await options.onCheckpoint?.(checkpoint);
    }
    // a member that was already finished when it was restored is kept for the next checkpoint too
    checkpoint.members[member] = trainer.state();
    trainer.takeBest();
    networks.push(network);
  }
  return networks;
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
