import { quoteName } from "../errors/describe-value.js";
import { RowSchemaError } from "../errors/row-schema-error.js";
import type { ColumnNames, RawRecord, ValueOrigin } from "../readers/raw-record.js";
import type { PromptRow } from "../rows/prompt-row.js";
import { isAbsent, readAmount, readName, readObject, readPrompt, readPropensity, readScore } from "./field-values.js";
import { type PickedField, pickField } from "./pick-field.js";

type ReadCell = (origin: ValueOrigin, field: string, value: unknown) => number | undefined;

/**
 * A record of wide form, one prompt with all its models:
 * `{id, dataset, prompt, scores: {model: s}, costs: {model: usd}, tokens: {in, out: {model: n}}, propensities: {model: p}}`.
 *
 * `inputTokens` and `outputTokens` may stand for `tokens`. A record without an id is named after its line.
 *
 * @throws RowSchemaError
 */
export function parseWideRecord(record: RawRecord, columns: ColumnNames): PromptRow {
  const prompt = readPrompt(record, ...pickField(record, columns, "prompt"));
  const id = readName(record, ...pickField(record, columns, "id")) ?? `#${record.line}`;
  const dataset = readName(record, ...pickField(record, columns, "dataset"));
  const scores = readCells(record, pickField(record, columns, "scores"), readScore);
  const costs = readCells(record, pickField(record, columns, "costs"), readAmount);
  if (scores.named + costs.named === 0) {
    const [field] = pickField(record, columns, "scores");
    throw new RowSchemaError(record, field, "names no model, expected at least one");
  }
  const row: PromptRow = { id, prompt, scores: scores.cells, costs: costs.cells };
  if (dataset !== undefined) row.dataset = dataset;
  const { input, output } = pickTokens(record, columns);
  const inputTokens = readAmount(record, ...input);
  if (inputTokens !== undefined) row.inputTokens = inputTokens;
  const outputTokens = readOutputTokens(record, output, row);
  if (outputTokens !== undefined) row.outputTokens = outputTokens;
  const propensities = pickField(record, columns, "propensities");
  if (!isAbsent(propensities[1])) row.propensities = readCells(record, propensities, readPropensity).cells;
  return row;
}

function pickTokens(record: RawRecord, columns: ColumnNames): { input: PickedField; output: PickedField } {
  const input = pickField(record, columns, "inputTokens");
  const output = pickField(record, columns, "outputTokens");
  const [field, tokens] = pickField(record, columns, "tokens");
  if (isAbsent(tokens)) return { input, output };
  const nested = readObject(record, field, tokens, "{in, out}");
  return {
    input: isAbsent(input[1]) ? [`${field}.in`, nested["in"]] : input,
    output: isAbsent(output[1]) ? [`${field}.out`, nested["out"]] : output,
  };
}

/**
 * Answer tokens by model; one number stands for every model of the row, as where a score is a log-likelihood and each
 * answer is one token long.
 */
function readOutputTokens(
  record: RawRecord,
  [field, value]: PickedField,
  row: PromptRow,
): Record<string, number> | undefined {
  if (isAbsent(value)) return undefined;
  if (typeof value === "object") return readCells(record, [field, value], readAmount).cells;
  const shared = readAmount(record, field, value);
  if (shared === undefined) return undefined;
  const models = new Set([...Object.keys(row.scores), ...Object.keys(row.costs)]);
  return Object.fromEntries([...models].map((model) => [model, shared]));
}

/** The known entries of a {model: number} object, and how many models it names at all. */
function readCells(record: RawRecord, [field, value]: PickedField, readCell: ReadCell) {
  const entries = isAbsent(value) ? [] : Object.entries(readObject(record, field, value));
  const known: [string, number][] = [];
  for (const [model, cell] of entries) {
    if (model === "") throw new RowSchemaError(record, field, "has a model without a name, expected a name");
    const number = readCell(record, `${field}[${quoteName(model)}]`, cell);
    if (number !== undefined) known.push([model, number]);
  }
  // fromEntries defines own properties: a model named __proto__ stays an entry
  return { cells: Object.fromEntries(known), named: entries.length };
}
