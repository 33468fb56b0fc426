import type { ColumnNames, RawRecord, RowField } from "../readers/raw-record.js";
import { isAbsent } from "./field-values.js";

/** A column's name, as the input spells it, and what the record holds there. */
export type PickedField = [name: string, value: unknown];

const spellings: Record<RowField, readonly string[]> = {
  id: ["id"],
  dataset: ["dataset"],
  prompt: ["prompt"],
  model: ["model"],
  score: ["score"],
  cost: ["costUsd", "cost_usd", "cost"],
  scores: ["scores"],
  costs: ["costs"],
  tokens: ["tokens"],
  inputTokens: ["inputTokens", "input_tokens"],
  outputTokens: ["outputTokens", "output_tokens"],
  propensity: ["propensity"],
  propensities: ["propensities"],
};

/** The columns that may hold a field: the caller's name for it, else all known spellings. */
export function namesOfField(columns: ColumnNames, field: RowField): readonly string[] {
  return columns[field] === undefined ? spellings[field] : [columns[field]];
}

/**
 * Finds a field under the caller's name for it, else under the first known spelling that has a value in this record.
 *
 * @returns without a value, the first spelling that the record has, or else the preferred one, so that a message can
 *   still name it
 */
export function pickField(record: RawRecord, columns: ColumnNames, field: RowField): PickedField {
  const names = namesOfField(columns, field);
  let empty: PickedField | undefined;
  for (const name of names) {
    const value = record.fields.get(name);
    if (!isAbsent(value)) return [name, value];
    if (record.fields.has(name)) empty ??= [name, value];
  }
  return empty ?? [names[0], undefined];
}
