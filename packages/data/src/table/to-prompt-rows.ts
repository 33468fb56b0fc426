import { OneheadError } from "@onehead/core";
import type { PromptRow } from "../rows/prompt-row.js";
import type { RowTable } from "./row-table.js";

/**
 * The rows of a table, back in the form that is written to files; unknown entries are left out, and with them rows in
 * which no model has a score or a cost.
 *
 * Scores come back as the float32 that the table holds, written in full: 0.1 gives 0.10000000149011612.
 *
 * @throws OneheadError "invalid-argument" for a table built without prompts
 */
export function* toPromptRows(table: RowTable): Generator<PromptRow> {
  const { models, ids, prompts, datasets } = table;
  if (prompts.length !== ids.length) {
    const found = `${prompts.length} prompts for ${ids.length} rows`;
    throw new OneheadError("invalid-argument", `toPromptRows: table has no prompts: ${found}, expected one a row`);
  }
  for (let index = 0; index < ids.length; index++) {
    const scores = knownCells(models, table.scores, index);
    const costs = knownCells(models, table.costs, index);
    if (isEmpty(scores) && isEmpty(costs)) continue;
    const row: PromptRow = { id: ids[index], prompt: prompts[index], scores, costs };
    if (datasets[index] !== "") row.dataset = datasets[index];
    if (!Number.isNaN(table.inputTokens[index])) row.inputTokens = table.inputTokens[index];
    const outputTokens = knownCells(models, table.outputTokens, index);
    if (!isEmpty(outputTokens)) row.outputTokens = outputTokens;
    yield row;
  }
}

function knownCells(models: readonly string[], cells: ArrayLike<number>, row: number): Record<string, number> {
  const known: [string, number][] = [];
  for (let column = 0; column < models.length; column++) {
    const cell = cells[row * models.length + column];
    if (!Number.isNaN(cell)) known.push([models[column], cell]);
  }
  // fromEntries defines own properties: a model named __proto__ stays an entry
  return Object.fromEntries(known);
}

function isEmpty(record: Record<string, number>): boolean {
  for (const _ in record) return false;
  return true;
}
