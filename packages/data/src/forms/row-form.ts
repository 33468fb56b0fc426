import { OneheadError } from "@onehead/core";
import { quoteName } from "../errors/describe-value.js";
import { RowSchemaError } from "../errors/row-schema-error.js";
import type { ColumnNames, RawRecord, RowField } from "../readers/raw-record.js";
import type { PromptRow } from "../rows/prompt-row.js";
import { parseLongRecord } from "./long-form.js";
import { namesOfField } from "./pick-field.js";
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

/** Fields of every form, in the order that messages name them. */
const fieldsOfForm: Record<RowForm, readonly RowField[]> = {
  long: ["id", "dataset", "prompt", "model", "score", "cost", "inputTokens", "outputTokens", "propensity"],
  wide: ["id", "dataset", "prompt", "scores", "costs", "tokens", "inputTokens", "outputTokens", "propensities"],
  routerbench: ["id", "dataset", "prompt"],
};

/**
 * Refuses columns that could never be read: names for fields that the form does not have, and, where every record has
 * the same columns (CSV, Parquet), names that the file does not have and a long form that records nothing.
 *
 * @throws RowSchemaError; OneheadError "invalid-argument" for an unknown form or field
 */
export function checkColumns(record: RawRecord, form: RowForm, columns: ColumnNames): void {
  if (!Object.hasOwn(rowFormParsers, form)) {
    const expected = Object.keys(rowFormParsers).join(", ");
    throw new OneheadError("invalid-argument", `${record.operation}: form: ${quoteName(form)}, expected ${expected}`);
  }
  const fields = fieldsOfForm[form];
  for (const [field, name] of Object.entries(columns)) {
    if (name === undefined) continue;
    if (!(fields as readonly string[]).includes(field)) {
      const problem = `columns: ${quoteName(field)} is no field of the ${form} form, expected one of ${fields.join(", ")}`;
      throw new OneheadError("invalid-argument", `${record.operation}: ${problem}`);
    }
    if (record.uniform && !record.fields.has(name)) {
      throw new RowSchemaError(record, quoteName(name), `is no column of the file, though named as its ${field}`);
    }
  }
  const has = (field: RowField): boolean => namesOfField(columns, field).some((name) => record.fields.has(name));
  if (form === "long" && record.uniform && !has("score") && !has("cost")) {
    throw new RowSchemaError(record, "score", "is missing, expected a score or a cost column");
  }
}

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
