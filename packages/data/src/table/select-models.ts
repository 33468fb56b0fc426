import { OneheadError } from "@onehead/core";
import { quoteName } from "../errors/describe-value.js";
import type { RowTable } from "./row-table.js";

/**
 * The table with only `models`, in that order. All rows stay, also those that none of these models answered.
 *
 * @throws OneheadError "unknown-model" for a model that the table does not have, "invalid-argument" for one named twice
 */
export function selectModels(table: RowTable, models: readonly string[]): RowTable {
  const columns = models.map((model, position) => {
    const column = table.models.indexOf(model);
    if (column === -1) {
      const expected = `expected one of ${table.models.length} models`;
      throw new OneheadError(
        "unknown-model",
        `selectModels: model is not in the table: ${quoteName(model)}, ${expected}`,
      );
    }
    if (models.indexOf(model) !== position) {
      throw new OneheadError(
        "invalid-argument",
        `selectModels: model is named twice: ${quoteName(model)}, expected once`,
      );
    }
    return column;
  });
  const rowCount = table.ids.length;
  const from = table.models.length;
  const to = columns.length;
  const scores = new Float32Array(rowCount * to);
  const costs = new Float64Array(rowCount * to);
  const outputTokens = new Float64Array(rowCount * to);
  for (let row = 0; row < rowCount; row++) {
    for (let column = 0; column < to; column++) {
      const source = row * from + columns[column];
      scores[row * to + column] = table.scores[source];
      costs[row * to + column] = table.costs[source];
      outputTokens[row * to + column] = table.outputTokens[source];
    }
  }
  return { ...table, models: [...models], scores, costs, outputTokens };
}
