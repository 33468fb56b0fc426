// The rows of a job: what its routers learn from, and what they are asked about.
//
// A job is (protocol, set, seed) and, in the ablation, a variant of it: other settings, no word vectors, prompts that were
// shuffled among the rows of each part, or a task that is left out of training and asked about instead.
import { createRandom } from "@onehead/core/training";
import { promptHash, selectRows, splitTable } from "@onehead/data";
import { protocols } from "./protocols.mjs";

/**
 * @param complete the set's table, with all labels
 * @param job      {protocol, seed, settings, shuffled?, withoutTask?}
 * @returns {table, split, heldOut}: `table` has the labels that the protocol leaves, and `split` divides it into training and
 *   validation rows; `heldOut` is a table of the rows that routers are asked about, with all labels
 */
export function jobRows(complete, job) {
  const { protocol, seed, settings, withoutTask } = job;
  const { holdout, validation } = settings;
  const known = withoutTask === undefined ? complete : rowsWithoutTask(complete, withoutTask);
  const split = splitTable(known, { seed, holdout, validation });
  const prompts = job.shuffled ? shuffledPrompts(known, split, seed) : known.prompts;
  const shown = { ...known, prompts };
  return {
    table: protocols[protocol].labels(shown, split, seed),
    split,
    heldOut: withoutTask === undefined ? selectRows(shown, split.heldOut) : rowsOfTask(complete, withoutTask),
  };
}

/** Rows of other tasks whose prompt is not also one of the task's. */
function rowsWithoutTask(table, task) {
  const hashes = new Set(rowsOfTask(table, task).prompts.map((prompt) => promptHash(prompt)));
  const rows = table.datasets.flatMap((dataset, r) =>
    dataset === task || hashes.has(promptHash(table.prompts[r])) ? [] : [r],
  );
  return selectRows(table, rows);
}

function rowsOfTask(table, task) {
  return selectRows(
    table,
    table.datasets.flatMap((dataset, r) => (dataset === task ? [r] : [])),
  );
}

/** Prompts in another order within each part, so that every row keeps its part and its labels but not its text. */
function shuffledPrompts(table, split, seed) {
  const random = createRandom(seed, 2);
  const prompts = [...table.prompts];
  for (const rows of [split.train, split.validation, split.heldOut]) {
    const order = Int32Array.from(rows);
    random.shuffle(order);
    for (const [i, row] of rows.entries()) prompts[row] = table.prompts[order[i]];
  }
  return prompts;
}
