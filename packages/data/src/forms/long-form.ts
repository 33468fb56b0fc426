import { createHash } from "node:crypto";
import { RowSchemaError } from "../errors/row-schema-error.js";
import type { ColumnNames, RawRecord } from "../readers/raw-record.js";
import type { PromptRow } from "../rows/prompt-row.js";
import { readAmount, readName, readPrompt, readPropensity, readScore } from "./field-values.js";
import { pickField } from "./pick-field.js";

/**
 * A record of long form, one call of one model:
 * `{prompt, model, score, costUsd}` and, optional, `id`, `dataset`, `inputTokens`, `outputTokens`, `propensity`.
 *
 * A record without an id is named after its prompt text, so that the calls of one prompt still come together.
 *
 * @throws RowSchemaError
 */
export function parseLongRecord(record: RawRecord, columns: ColumnNames): PromptRow {
  const prompt = readPrompt(record, ...pickField(record, columns, "prompt"));
  const [modelField, modelValue] = pickField(record, columns, "model");
  const model = readName(record, modelField, modelValue);
  if (model === undefined) throw new RowSchemaError(record, modelField, "is missing, expected the model's name");
  const id = readName(record, ...pickField(record, columns, "id")) ?? promptId(prompt);
  const score = readScore(record, ...pickField(record, columns, "score"));
  const costUsd = readAmount(record, ...pickField(record, columns, "cost"));

  const row: PromptRow = { id, prompt, scores: entry(model, score), costs: entry(model, costUsd) };
  const dataset = readName(record, ...pickField(record, columns, "dataset"));
  if (dataset !== undefined) row.dataset = dataset;
  const inputTokens = readAmount(record, ...pickField(record, columns, "inputTokens"));
  if (inputTokens !== undefined) row.inputTokens = inputTokens;
  const outputTokens = readAmount(record, ...pickField(record, columns, "outputTokens"));
  if (outputTokens !== undefined) row.outputTokens = entry(model, outputTokens);
  const [propensityField, propensityValue] = pickField(record, columns, "propensity");
  const propensity = readPropensity(record, propensityField, propensityValue);
  // the model answered, so it cannot have been impossible
  if (propensity === 0) throw new RowSchemaError(record, propensityField, "is 0, expected a chance above 0");
  if (propensity !== undefined) row.propensities = entry(model, propensity);
  return row;
}

function entry(model: string, value: number | undefined): Record<string, number> {
  // fromEntries defines own properties: a model named __proto__ stays an entry
  return value === undefined ? {} : Object.fromEntries([[model, value]]);
}

/** A short stand-in for the text; over UTF-16 units, since UTF-8 would make all lone surrogates one. */
function promptId(prompt: string): string {
  return `sha256:${createHash("sha256").update(prompt, "utf16le").digest("hex").slice(0, 32)}`;
}
