import { hashBytes, hashString } from "@onehead/core";
import type { RowTable } from "@onehead/data";

/** 8 hex digits over the models, prompts, scores, costs and tokens of a table, in their order. */
export function dataHash(table: RowTable): string {
  let hash = 0;
  for (const model of table.models) hash = hashString(model, hash);
  for (const prompt of table.prompts) hash = hashString(prompt, hash);
  for (const task of table.datasets) hash = hashString(task, hash);
  for (const values of [table.scores, table.costs, table.inputTokens, table.outputTokens]) {
    hash = hashBytes(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), hash);
  }
  return hash.toString(16).padStart(8, "0");
}
