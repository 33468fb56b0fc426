import { RowSchemaError } from "../errors/row-schema-error.js";
import type { ColumnNames, RawRecord } from "../readers/raw-record.js";
import type { PromptRow } from "../rows/prompt-row.js";
import { readAmount, readName, readPrompt, readScore } from "./field-values.js";
import { pickField } from "./pick-field.js";
import { parsePythonStringList } from "./python-list.js";

const costSuffix = "|total_cost";
const responseSuffix = "|model_response";

/** Whether a column marks RouterBench's wide form. */
export function isRouterBenchColumn(name: string): boolean {
  return name.endsWith(costSuffix) || name === "oracle_model_to_route_to";
}

/** Whether RouterBench's form reads nothing from a column; the answers are most of such a file. */
export function isRouterBenchAnswer(name: string): boolean {
  return name.endsWith(responseSuffix);
}

/**
 * A record with RouterBench's columns: `sample_id`, `prompt`, `eval_name`, and for every model `<model>` (its score)
 * and `<model>|total_cost` (USD). A prompt that is a printed Python list of messages becomes its messages, one a line.
 *
 * The models are the columns that have a `|total_cost` or `|model_response` beside them.
 *
 * @throws RowSchemaError
 * Source: arXiv 2403.12031, the published `routerbench_0shot.pkl` and `routerbench_5shot.pkl`
 */
export function parseRouterBenchRecord(record: RawRecord, columns: ColumnNames): PromptRow {
  const { fields } = record;
  const [promptField, promptValue] = pickField(record, columns, "prompt");
  const text = readPrompt(record, promptField, promptValue);
  const prompt = parsePythonStringList(text)?.join("\n") ?? text;
  if (prompt === "") throw new RowSchemaError(record, promptField, "is empty, expected at least one character");
  const id = readName(record, ...pickField(record, { id: "sample_id", ...columns }, "id")) ?? `#${record.line}`;
  const dataset = readName(record, ...pickField(record, { dataset: "eval_name", ...columns }, "dataset"));

  const models = new Set<string>();
  for (const name of fields.keys()) {
    if (name.endsWith(costSuffix)) models.add(name.slice(0, -costSuffix.length));
    if (name.endsWith(responseSuffix)) models.add(name.slice(0, -responseSuffix.length));
  }
  if (models.size === 0) throw new RowSchemaError(record, `<model>${costSuffix}`, "is missing, expected one a model");
  if (models.has("")) throw new RowSchemaError(record, costSuffix, "has no model name before it, expected a name");

  const scores: [string, number][] = [];
  const costs: [string, number][] = [];
  for (const model of models) {
    const score = readScore(record, model, fields.get(model));
    if (score !== undefined) scores.push([model, score]);
    const costUsd = readAmount(record, model + costSuffix, fields.get(model + costSuffix));
    if (costUsd !== undefined) costs.push([model, costUsd]);
  }
  const row: PromptRow = { id, prompt, scores: Object.fromEntries(scores), costs: Object.fromEntries(costs) };
  if (dataset !== undefined) row.dataset = dataset;
  return row;
}
