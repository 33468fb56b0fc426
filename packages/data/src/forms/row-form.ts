import { quoteName } from "../errors/describe-value.js";
import { RowSchemaError } from "../errors/row-schema-error.js";
import type { ColumnNames, RawRecord } from "../readers/raw-record.js";
import type { PromptRow } from "../rows/prompt-row.js";
import { parseLongRecord } from "./long-form.js";
import { isRouterBenchColumn, parseRouterBenchRecord } from "./router-bench-form.js";
import { parseWideRecord } from "./wide-form.js";

/**
 * How rows lie in a file: `long` one model a row, `wide` one prompt a row with objects of models, `routerbench` one
 * prompt a row with a column per model.
 */
export type RowForm = "long" | "wide" | "routerbench";

/** The parser of each form, from a record to a checked row. */
export const rowFormParsers: Record<RowForm, (record: RawRecord, columns: ColumnNames) => PromptRow> = {
  long: parseLongRecord,
  wide: parseWideRecord,
  routerbench: parseRouterBenchRecord,
};

/**
 * The form of a file, from the columns of its first record.
 *
 * @throws RowSchemaError when the columns fit no form, naming those that were found
 */
export function detectRowForm(record: RawRecord, columns: ColumnNames): RowForm {
  const { fields } = record;
  const has = (name: string): boolean => fields.has(name);
  if (has(columns.scores ?? "scores") || has(columns.costs ?? "costs")) return "wide";
  if (has(columns.model ?? "model")) return "long";
  for (const name of fields.keys()) if (isRouterBenchColumn(name)) return "routerbench";
  // without a header the first row, prompt and all, stands where names should: only what looks like a name is shown
  const names = [...fields.keys()].filter((name) => /^[\w$.-]{1,40}$/.test(name));
  const shown = [...names.slice(0, 8).map(quoteName), `${fields.size} in all`].join(", ");
  const expected = '"scores" (wide form), "model" (long form) or "<model>|total_cost" (RouterBench)';
  throw new RowSchemaError(record, "columns", `fit no form: ${shown}, expected one of ${expected}`);
}
