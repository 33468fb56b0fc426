import type { RowTable, TableSplit } from "@onehead/data";

/** The tasks that rows say they are of, as numbers from 0; -1 where a row does not say, or says one that is not told apart. */
export interface TaskLabels {
  count: number;
  /** Of the training and of the validation rows, in their order. */
  training: Int32Array;
  validation: Int32Array;
}

/** Fewer training rows do not show what a task looks like. */
const fewestRows = 8;
/** More tasks than this are no longer what models differ on, but names of single prompts. */
const mostTasks = 128;

/**
 * Numbers the `dataset` of the rows: the most frequent tasks each for itself, and all rare ones together as one more.
 *
 * @returns null where there are fewer than two tasks to tell apart
 */
export function taskLabels({ datasets }: Pick<RowTable, "datasets">, split: TableSplit): TaskLabels | null {
  const counts = new Map<string, number>();
  for (const r of split.train) {
    if (datasets[r] !== "") counts.set(datasets[r], (counts.get(datasets[r]) ?? 0) + 1);
  }
  const frequent = [...counts].filter(([, rows]) => rows >= fewestRows).sort(([, a], [, b]) => b - a);
  const kept = new Map(frequent.slice(0, mostTasks - 1).map(([task], k) => [task, k]));
  let rareRows = 0;
  for (const [task, rows] of counts) if (!kept.has(task)) rareRows += rows;
  const rare = rareRows >= fewestRows ? kept.size : -1;
  const count = kept.size + (rare < 0 ? 0 : 1);
  if (count < 2) return null;
  const label = (rows: Int32Array): Int32Array =>
    rows.map((r) => kept.get(datasets[r]) ?? (counts.has(datasets[r]) ? rare : -1));
  return { count, training: label(split.train), validation: label(split.validation) };
}
