import { OneheadError } from "@onehead/core";
import type { RowTable } from "../table/row-table.js";
import { checkSplitOptions, partOf, type SplitOptions } from "./split-of.js";

/** Row indices of each part, ascending; the parts are disjoint and cover the table. */
export interface TableSplit {
  train: Int32Array;
  /** Empty unless a `validation` share was asked for. */
  validation: Int32Array;
  heldOut: Int32Array;
}

/**
 * Splits a table by prompt text, each row where {@link splitOf} puts its prompt.
 *
 * @throws OneheadError "invalid-argument" as `splitOf` does, and for a table built without prompts
 */
export function splitTable(table: RowTable, options: SplitOptions): TableSplit {
  const { seed, holdout, validation } = checkSplitOptions("splitTable", options);
  if (table.prompts.length !== table.ids.length) {
    const found = `${table.prompts.length} prompts for ${table.ids.length} rows`;
    throw new OneheadError("invalid-argument", `splitTable: table has no prompts: ${found}, expected one a row`);
  }
  const parts = { train: [] as number[], validation: [] as number[], heldOut: [] as number[] };
  for (let row = 0; row < table.prompts.length; row++) {
    parts[partOf(table.prompts[row], seed, holdout, validation)].push(row);
  }
  return {
    train: Int32Array.from(parts.train),
    validation: Int32Array.from(parts.validation),
    heldOut: Int32Array.from(parts.heldOut),
  };
}
