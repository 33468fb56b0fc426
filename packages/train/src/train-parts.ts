import type { RowTable, TableSplit } from "@onehead/data";
import { selectAnchors } from "./anchors/select-anchors.js";
import type { FittedClusters } from "./clusters/fit-cluster-attention.js";
import { taskLabels } from "./clusters/task-labels.js";
import type { TrainedModel } from "./joint-outputs.js";
import { type CostRows, fitKernelCosts } from "./kernel/fit-kernel-costs.js";
import {
  type FittedKernel,
  fitKernelRegression,
  type KernelFit,
  type KernelInputs,
  weighKernel,
} from "./kernel/fit-kernel-regression.js";
import { anchorWeights } from "./kernel/kernel-logits.js";
import { withSquares } from "./kernel/kernel-points.js";
import type { Network } from "./network/network.js";
import { meanOutputs } from "./network/network-outputs.js";
import { startingBiases } from "./network/starting-biases.js";
import type { CostTargets } from "./rows/cost-targets.js";
import type { TrainingSettings } from "./settings/training-settings.js";
import type { TrainOptions } from "./train-router.js";
import type { LabelledRows } from "./trainer/member-trainer.js";
import { trainMembers } from "./trainer/train-members.js";
import type { RecordedCosts } from "./trainer/validation-predictions.js";
import type { TaskContext } from "./workers/task-context.js";
import type { TaskRunner } from "./workers/tasks.js";
import type { ThreadPool } from "./workers/thread-pool.js";

/** All that a run's parts are made from, but for the embeddings. */
export interface Run {
  table: RowTable;
  split: TableSplit;
  costs: CostTargets;
  recorded: RecordedCosts;
  settings: TrainingSettings;
  fingerprint: string;
  options: Pick<TrainOptions, "onProgress" | "onCheckpoint" | "resume">;
}

/**
 * Anchors, networks, kernel and clusters.
 *
 * @param pool null for the calling thread
 */
export async function trainParts(
  { training, validation }: Record<"training" | "validation", LabelledRows>,
  { table, split, costs, recorded, settings, fingerprint, options }: Run,
  tasks: TaskRunner,
  pool: ThreadPool | null,
): Promise<{ model: TrainedModel; anchorRows: Int32Array }> {
  const { backend, products, pause } = tasks.local;
  const D = training.embeddings.length / training.rows;
  const M = table.models.length;
  const { seed, prior } = settings;
  options.onProgress?.({ stage: "anchors", fraction: 0 });
  const anchorRows = await selectAnchors(
    training.embeddings,
    training.rows,
    D,
    settings.anchors,
    seed,
    pause,
    products,
  );
  const networkInputs = { biases: startingBiases(training, costs.kinds, prior), dimensions: D, models: M };
  const { onProgress, onCheckpoint } = options;
  const resumed = options.resume?.(fingerprint)?.members ?? [];
  const members = { settings, networkInputs, training, validation, recorded, fingerprint, resumed };
  const networks = await trainMembers({ ...members, onProgress, onCheckpoint }, backend, pool, pause);

  options.onProgress?.({ stage: "kernel", fraction: 0 });
  await pause();
  const anchors = gatherRows(training.embeddings, anchorRows, D);
  const kernelInputs = {
    training,
    validation,
    anchors,
    anchorCount: anchorRows.length,
    dimensions: D,
    models: M,
    prior,
  };
  const fitKernelPart = async (): Promise<FittedKernel | null> =>
    settings.kernel
      ? joinKernel(await fitKernelRegression(kernelInputs, tasks), networks, kernelInputs, tasks.local)
      : null;
  const fitClusters = async (): Promise<FittedClusters | null> => {
    const labels = settings.tasks ? taskLabels(table, split) : null;
    return settings.clusters
      ? tasks.run("fitClusterAttention", { training, validation, seed, prior, tasks: labels })
      : null;
  };
  const reportClusters = (): void => options.onProgress?.({ stage: "clusters", fraction: 0 });
  if (pool === null) {
    const kernel = await fitKernelPart();
    reportClusters();
    return { model: { networks, kernel, clusters: await fitClusters() }, anchorRows };
  }
  // neither needs the other
  const [kernel, clusters] = await Promise.all([fitKernelPart(), fitClusters()]);
  reportClusters();
  return { model: { networks, kernel, clusters }, anchorRows };
}

/** Weighs a kernel against the networks, and fits what it says of costs. */
function joinKernel(
  fit: KernelFit,
  networks: readonly Network[],
  { training, validation, models: M, dimensions: D }: KernelInputs,
  { products }: TaskContext,
): FittedKernel {
  const held = meanOutputs(networks, validation.embeddings, validation.rows, D, M);
  const kernel = weighKernel(fit, held.qualityLogits, { validation, models: M });
  const own = meanOutputs(networks, training.embeddings, training.rows, D, M);
  const costRows = ({ costTargets: targets, embeddings, rows }: LabelledRows, outputs: Float32Array): CostRows => ({
    targets,
    outputs,
    weights: anchorWeights(kernel, embeddings, rows, products),
  });
  const width = (kernel.metric ?? kernel.directions).width;
  const costs = fitKernelCosts(
    costRows(training, own.costOutputs),
    costRows(validation, held.costOutputs),
    withSquares(kernel.anchors, kernel.anchors.length / width, width),
    kernel.sharpness,
    M,
    products,
  );
  return { ...kernel, costs };
}

function gatherRows(embeddings: Float32Array, rows: Int32Array, D: number): Float32Array {
  const gathered = new Float32Array(rows.length * D);
  rows.forEach((r, i) => {
    gathered.set(embeddings.subarray(r * D, (r + 1) * D), i * D);
  });
  return gathered;
}
