import { clusterMeans } from "@onehead/core/training";
import type { LabelledEmbeddings, Predictions } from "../baseline.js";
import { leastCostUsd } from "../cost/mean-cost.js";
import { assertEveryModelHas, assertTrainable, assertTunable } from "../labels/assert-labelled.js";
import { columnMeans } from "../labels/column-means.js";
import { maskedLogLoss } from "../labels/masked-log-loss.js";
import { priorMeans } from "../labels/prior-means.js";

const priorCounts = [0.3, 1, 3, 10, 30];

/**
 * What is known of models by task. No baseline: it is told the true task of a prompt, which nobody knows before the call, so it
 * can neither be stored nor served.
 */
export interface TaskTable {
  /** "true-task table, prior 3". */
  readonly name: string;
  /** Tasks of the training rows. */
  readonly tasks: readonly string[];
  /** Predictions (R, N) for R prompts of known task; a task that was not trained on gets the models' means. */
  predict(datasets: readonly string[]): Predictions;
}

/**
 * Every model's mean score and cost on each task of the training rows, shrunk toward its mean over all by pseudo-counts:
 * a line above routers that have to guess the task from the prompt. Not above all of them: within a task it sees nothing.
 *
 * The pseudo-counts are those of least validation log loss.
 *
 * @throws as `assertTrainable` and `assertTunable`; OneheadError "invalid-argument" naming models without a recorded cost
 */
export function fitTaskTable(train: LabelledEmbeddings, validation: LabelledEmbeddings): TaskTable {
  assertTrainable("fitTaskTable", train);
  assertTunable("fitTaskTable", train, validation);
  assertEveryModelHas("fitTaskTable", "cost", train.table.costs, train.table.models);
  const { scores, costs, models } = train.table;
  const N = models.length;
  const tasks = [...new Set(train.table.datasets)];
  const rowOf = new Map(tasks.map((task, k) => [task, k]));
  // the last row stands for tasks that are not known
  const indices = (datasets: readonly string[]): Int32Array =>
    Int32Array.from(datasets, (task) => rowOf.get(task) ?? tasks.length);
  const trained = indices(train.table.datasets);
  const prior = priorMeans(scores, N);
  const meansWith = (priorCount: number): Float64Array =>
    clusterMeans(trained, tasks.length + 1, scores, prior, priorCount);
  const held = indices(validation.table.datasets);
  const losses = priorCounts.map((priorCount) =>
    maskedLogLoss(lookUp(held, meansWith(priorCount), N), validation.table.scores),
  );
  const priorCount = priorCounts[losses.indexOf(Math.min(...losses))];
  const quality = meansWith(priorCount);
  const costUsd = clusterMeans(trained, tasks.length + 1, costs, columnMeans(costs, N), priorCount);
  return {
    name: `true-task table, prior ${priorCount}`,
    tasks,
    predict(datasets) {
      const rows = indices(datasets);
      return {
        quality: Float32Array.from(lookUp(rows, quality, N)),
        costUsd: lookUp(rows, costUsd, N).map((cost) => Math.max(cost, leastCostUsd)),
      };
    },
  };
}

/** (R, N) rows of a (·, N) table. */
function lookUp(rows: Int32Array, table: Float64Array, N: number): Float64Array {
  const out = new Float64Array(rows.length * N);
  rows.forEach((k, r) => {
    out.set(table.subarray(k * N, (k + 1) * N), r * N);
  });
  return out;
}
