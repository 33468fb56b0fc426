import { OneheadError } from "@onehead/core";
import { describeValue, quoteName } from "../errors/describe-value.js";
import { RowSchemaError } from "../errors/row-schema-error.js";
import { readAmount, readObject, readPrompt, readScore } from "../forms/field-values.js";
import type { ValueOrigin } from "../readers/raw-record.js";
import type { PromptRow } from "../rows/prompt-row.js";
import { CellMatrix } from "./cell-matrix.js";
import type { RowTable } from "./row-table.js";

export interface BuildRowTableOptions {
  /** Models to keep, in this order, each with an entry in some row; all by first appearance unless given. */
  models?: readonly string[] | undefined;
  /** `false` gives a table with no `prompts`, for work that outlives their need; it cannot be split. */
  keepPrompts?: boolean | undefined;
}

/**
 * Gathers rows into flat arrays with NaN for what is unknown; rows that share an id become one.
 *
 * Values are checked like those of a file, since rows need not come from one. A merged row keeps the first task name
 * and the first input token count.
 *
 * @throws RowSchemaError for a value that breaks the schema, an id with two prompts, and a model recorded twice for one
 *   id; `file` is "rows" and `line` the row, from 1
 * @throws OneheadError "invalid-argument" when there are no rows or a wanted model comes twice; "unknown-model" when a
 *   wanted model has no entry
 */
export async function buildRowTable(
  rows: AsyncIterable<PromptRow> | Iterable<PromptRow>,
  options: BuildRowTableOptions = {},
): Promise<RowTable> {
  const builder = new RowTableBuilder(options);
  for await (const row of rows) builder.add(row);
  return builder.finish();
}

/** One of a row's three {model: number} objects, and where its cells go. */
interface CellKind {
  field: string;
  read: (origin: ValueOrigin, field: string, value: unknown) => number | undefined;
  matrix: CellMatrix<Float32Array> | CellMatrix<Float64Array>;
}

const float32 = (length: number): Float32Array => new Float32Array(length);
const float64 = (length: number): Float64Array => new Float64Array(length);

class RowTableBuilder {
  readonly #wanted: ReadonlySet<string> | undefined;
  readonly #keepPrompts: boolean;
  readonly #rowOfId = new Map<string, number>();
  readonly #columnOfModel = new Map<string, number>();
  readonly #modelsWithEntry = new Set<string>();
  readonly #prompts: string[] = [];
  readonly #datasets: string[] = [];
  readonly #inputTokens: number[] = [];
  readonly #scores = { field: "scores", read: readScore, matrix: new CellMatrix(float32) };
  readonly #costs = { field: "costs", read: readAmount, matrix: new CellMatrix(float64) };
  readonly #outputTokens = { field: "outputTokens", read: readAmount, matrix: new CellMatrix(float64) };
  #added = 0;

  constructor({ models, keepPrompts = true }: BuildRowTableOptions) {
    this.#keepPrompts = keepPrompts;
    this.#wanted = models && new Set(models);
    for (const model of models ?? []) {
      if (this.#columnOfModel.has(model)) {
        const found = `${quoteName(model)}, expected once`;
        throw new OneheadError("invalid-argument", `buildRowTable: model is named twice: ${found}`);
      }
      this.#columnOfModel.set(model, this.#columnOfModel.size);
    }
  }

  add(row: PromptRow): void {
    this.#added++;
    const origin: ValueOrigin = {
      operation: "buildRowTable",
      file: "rows",
      line: this.#added,
      unit: "row",
      textual: false,
    };
    checkShape(row, origin);
    const index = this.#rowOf(row, origin);
    this.#addCells(this.#scores, row.scores, index, origin);
    this.#addCells(this.#costs, row.costs, index, origin);
    this.#addCells(this.#outputTokens, row.outputTokens ?? {}, index, origin);
    const inputTokens = readAmount(origin, "inputTokens", row.inputTokens);
    if (inputTokens !== undefined && Number.isNaN(this.#inputTokens[index])) this.#inputTokens[index] = inputTokens;
    if (row.dataset !== undefined && this.#datasets[index] === "") this.#datasets[index] = row.dataset;
  }

  finish(): RowTable {
    const rowCount = this.#rowOfId.size;
    if (rowCount === 0) {
      throw new OneheadError("invalid-argument", "buildRowTable: there are no rows: 0, expected at least one");
    }
    for (const model of this.#wanted ?? []) {
      if (this.#modelsWithEntry.has(model)) continue;
      const found = `${quoteName(model)} in ${rowCount} rows`;
      throw new OneheadError("unknown-model", `buildRowTable: model has no row: ${found}, expected a score or a cost`);
    }
    const models = [...this.#columnOfModel.keys()];
    return {
      models,
      ids: [...this.#rowOfId.keys()],
      prompts: this.#keepPrompts ? this.#prompts : [],
      datasets: this.#datasets,
      scores: this.#scores.matrix.toDense(rowCount, models.length),
      costs: this.#costs.matrix.toDense(rowCount, models.length),
      inputTokens: Float64Array.from(this.#inputTokens),
      outputTokens: this.#outputTokens.matrix.toDense(rowCount, models.length),
    };
  }

  #rowOf(row: PromptRow, origin: ValueOrigin): number {
    const prompt = readPrompt(origin, "prompt", row.prompt);
    const known = this.#rowOfId.get(row.id);
    if (known === undefined) {
      const index = this.#rowOfId.size;
      this.#rowOfId.set(row.id, index);
      this.#prompts.push(prompt);
      this.#datasets.push("");
      this.#inputTokens.push(Number.NaN);
      return index;
    }
    if (this.#prompts[known] !== prompt) {
      throw new RowSchemaError(
        origin,
        "id",
        `has another prompt before: ${quoteName(row.id)}, expected one prompt an id`,
      );
    }
    return known;
  }

  #addCells(kind: CellKind, cells: Record<string, number>, index: number, origin: ValueOrigin): void {
    for (const [model, cell] of Object.entries(cells)) {
      if (this.#wanted !== undefined && !this.#wanted.has(model)) continue;
      const field = `${kind.field}[${quoteName(model)}]`;
      if (model === "") throw new RowSchemaError(origin, kind.field, "has a model without a name, expected a name");
      const value = kind.read(origin, field, cell);
      if (value === undefined) continue;
      const column = this.#columnOf(model);
      if (!Number.isNaN(kind.matrix.get(index, column))) {
        throw new RowSchemaError(origin, field, "is recorded for this id before, expected each model once an id");
      }
      kind.matrix.set(index, column, value);
      if (kind !== this.#outputTokens) this.#modelsWithEntry.add(model);
    }
  }

  #columnOf(model: string): number {
    let column = this.#columnOfModel.get(model);
    if (column === undefined) {
      column = this.#columnOfModel.size;
      this.#columnOfModel.set(model, column);
    }
    return column;
  }
}

/** Rows of a caller's own making may be anything. */
function checkShape(row: unknown, origin: ValueOrigin): void {
  const {
    id,
    dataset,
    scores,
    costs,
    outputTokens = {},
  } = readObject(origin, "row", row, "{id, prompt, scores, costs}");
  if (typeof id !== "string") throw new RowSchemaError(origin, "id", `is not text: ${describeValue(id)}`);
  if (dataset !== undefined && typeof dataset !== "string") {
    throw new RowSchemaError(origin, "dataset", `is not text: ${describeValue(dataset)}`);
  }
  for (const [field, cells] of Object.entries({ scores, costs, outputTokens })) readObject(origin, field, cells);
}
