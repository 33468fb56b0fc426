import { numpyShuffle } from "./numpy-shuffle.mjs";

/**
 * Task families of RouterBench and the prefixes of their `eval_name`s. The first seven are those of the repository's
 * `configs/evaluate_routers.yaml`; RAG stands in the paper, with rows in another file.
 */
export const families = {
  GSM8K: "grade-school-math",
  HellaSwag: "hellaswag",
  MMLU: "mmlu",
  ARC: "arc-challenge",
  MBPP: "mbpp",
  WinoGrande: "winogrande",
  "MT-Bench": "mtbench",
  RAG: "rag",
};

/** The repository's: which rows train does not change from run to run. */
const splitSeed = 42;

/**
 * The rows of a family, split 70/30 as the repository's `build_train_eval_dataset` does it: ids in the order of the file, shuffled
 * by NumPy with seed 42. A file in the published order gives the published split.
 *
 * @param {import("@onehead/data").RowTable} table
 * @param {string} prefix of the task names
 * @param {number} fraction share that trains
 * @returns {{ train: number[], test: number[] }} rows of the table
 */
export function splitFamily(table, prefix, fraction = 0.7) {
  const rows = table.datasets.flatMap((task, r) => (task.startsWith(prefix) ? [r] : []));
  numpyShuffle(rows, splitSeed);
  const cut = Math.trunc(rows.length * fraction);
  return { train: rows.slice(0, cut).sort(byNumber), test: rows.slice(cut).sort(byNumber) };
}

function byNumber(a, b) {
  return a - b;
}
