import { OneheadError } from "@onehead/core";
import type { RowTable } from "./row-table.js";

/**
 * The rows at `indices`, in that order, as a table of its own with the same models; an index may come twice.
 *
 * @throws OneheadError "invalid-argument" for an index that is no row
 */
export function selectRows(table: RowTable, indices: ArrayLike<number>): RowTable {
  const columns = table.models.length;
  const count = indices.length;
  const hasPrompts = table.prompts.length > 0;
  const selected: RowTable = {
    models: [...table.models],
    ids: new Array<string>(count),
    prompts: new Array<string>(hasPrompts ? count : 0),
    datasets: new Array<string>(count),
    scores: new Float32Array(count * columns),
    costs: new Float64Array(count * columns),
    inputTokens: new Float64Array(count),
    outputTokens: new Float64Array(count * columns),
  };
  for (let to = 0; to < count; to++) {
    const from = indices[to];
    if (!(Number.isInteger(from) && from >= 0 && from < table.ids.length)) {
      const expected = `expected 0 to ${table.ids.length - 1}`;
      throw new OneheadError("invalid-argument", `selectRows: index is no row: ${from}, ${expected}`);
    }
    selected.ids[to] = table.ids[from];
    selected.datasets[to] = table.datasets[from];
    selected.inputTokens[to] = table.inputTokens[from];
    if (hasPrompts) selected.prompts[to] = table.prompts[from];
    for (let column = 0; column < columns; column++) {
      selected.scores[to * columns + column] = table.scores[from * columns + column];
      selected.costs[to * columns + column] = table.costs[from * columns + column];
      selected.outputTokens[to * columns + column] = table.outputTokens[from * columns + column];
    }
  }
  return selected;
}
