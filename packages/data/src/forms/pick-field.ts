import type { ColumnNames, RawRecord, RowField } from "../readers/raw-record.js";

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
};

/**
 * Finds a field under the caller's name for it, else under the first known spelling that the record has.
 *
 * @returns the preferred spelling with `undefined` where the record has none, so that a message can still name it
 */
export function pickField(record: RawRecord, columns: ColumnNames, field: RowField): PickedField {
  const names = columns[field] === undefined ? spellings[field] : [columns[field]];
  for (const name of names) {
    if (record.fields.has(name)) return [name, record.fields.get(name)];
  }
  return [names[0], undefined];
}
