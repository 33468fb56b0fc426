import { OneheadError } from "@onehead/core";
import type { PromptRow } from "@onehead/data";

/** One call of a log: the model that a router chose, what came of it, and how likely the choice was. */
export interface LoggedCall {
  prompt: string;
  /** Tokens of the request where recorded. */
  inputTokens: number | undefined;
  model: string;
  /** In [0, 1]. */
  score: number;
  /** USD. */
  costUsd: number;
  /** Chance that the log's router gave the prompt to `model`, in (0, 1]. */
  propensity: number;
  /** Chance of each model by name, where the log has them all: one without an entry could not be chosen. */
  propensities: Readonly<Record<string, number>> | null;
}

/** Calls of a log that say something, and how many do not. */
export interface LoggedCalls {
  calls: LoggedCall[];
  /** Rows without a score or without a cost. */
  withoutOutcome: number;
}

// a choice as unlikely as that is in no log; what says so is a wrong number, and would outweigh all that is right
const leastPropensity = 1e-9;
// no call costs as much, and the sums over a log stay finite
const mostUsd = 1e9;

/**
 * Reads the rows of a log as calls.
 *
 * @param uniformOver models among which the log's router drew evenly: stands for propensities that were not recorded
 * @param locate what errors call the row that was read last, by its number from 1
 * @throws OneheadError "no-propensity" when a row has none and `uniformOver` is not given; "invalid-argument" for a row with
 *   the outcomes of several models, for a model that `uniformOver` does not hold, and for a score outside 0..1, a propensity below
 *   10⁻⁹ or a cost below 0 or above 10⁹ USD; the message says which row
 */
export async function readLoggedCalls(
  rows: AsyncIterable<PromptRow> | Iterable<PromptRow>,
  uniformOver?: readonly string[],
  locate: (row: number) => string = (row) => `row ${row}`,
): Promise<LoggedCalls> {
  const uniform = uniformOver === undefined ? null : evenChances(uniformOver);
  const read: LoggedCalls = { calls: [], withoutOutcome: 0 };
  let number = 0;
  for await (const row of rows) {
    const call = readCall(row, locate(++number), uniform);
    if (call === null) read.withoutOutcome++;
    else read.calls.push(call);
  }
  return read;
}

/** Null where the row has no score or no cost. */
function readCall(row: PromptRow, at: string, uniform: Readonly<Record<string, number>> | null): LoggedCall | null {
  assertRow(row, at);
  const { prompt, inputTokens } = row;
  const model = chosenModel(row, at);
  const score = own(row.scores, model);
  const costUsd = own(row.costs, model);
  assertWithin(at, "score", score, 1);
  assertWithin(at, "cost", costUsd, mostUsd);
  const chances = uniform ?? row.propensities ?? {};
  const propensity = own(chances, model);
  if (propensity === undefined && uniform !== null) {
    throw invalid(at, `model: ${model}, expected one of ${Object.keys(uniform).join(", ")}`);
  }
  if (typeof propensity !== "number" || !(propensity > 0 && propensity <= 1)) throw noPropensity(at, propensity);
  if (propensity < leastPropensity) {
    throw invalid(at, `propensity: ${propensity}, expected a chance of at least ${leastPropensity}`);
  }
  if (score === undefined || costUsd === undefined) return null;
  const propensities = uniform !== null || Object.keys(chances).length > 1 ? chances : null;
  return { prompt, inputTokens, model, score, costUsd, propensity, propensities };
}

/** Rows of a caller's own making; readers of files have checked theirs. */
function assertRow(row: PromptRow, at: string): void {
  if (typeof row !== "object" || row === null) throw invalid(at, `${String(row)}, expected an object`);
  if (typeof row.prompt !== "string") throw invalid(at, `prompt: ${typeof row.prompt}, expected text`);
  for (const field of ["scores", "costs"] as const) {
    if (typeof row[field] !== "object" || row[field] === null) {
      throw invalid(at, `${field}: ${String(row[field])}, expected an object by model`);
    }
  }
  assertWithin(at, "inputTokens", row.inputTokens, Number.MAX_SAFE_INTEGER);
}

function evenChances(models: readonly string[]): Record<string, number> {
  if (!Array.isArray(models)) {
    throw new OneheadError("invalid-argument", `offPolicy: uniformOver: ${String(models)}, expected a list of models`);
  }
  if (models.length === 0 || new Set(models).size !== models.length) {
    const found = models.length === 0 ? "no model" : "a model twice";
    throw new OneheadError("invalid-argument", `offPolicy: uniformOver: ${found}, expected each model once`);
  }
  return Object.fromEntries(models.map((model) => [model, 1 / models.length]));
}

function chosenModel(row: PromptRow, at: string): string {
  const models = new Set([...Object.keys(row.scores), ...Object.keys(row.costs)]);
  const [model] = models;
  if (models.size === 1) return model;
  throw invalid(at, `outcomes of ${models.size} models, expected those of the one that was chosen`);
}

function assertWithin(at: string, field: string, value: unknown, most: number): void {
  if (value === undefined || (typeof value === "number" && value >= 0 && value <= most)) return;
  throw invalid(at, `${field}: ${String(value)}, expected a number from 0 to ${most}`);
}

function own(cells: Readonly<Record<string, number>>, model: string): number | undefined {
  return Object.hasOwn(cells, model) ? cells[model] : undefined;
}

function invalid(at: string, what: string): OneheadError {
  return new OneheadError("invalid-argument", `offPolicy: ${at}: ${what}`);
}

function noPropensity(at: string, found: number | undefined): OneheadError {
  const what = found === undefined ? "missing" : String(found);
  return new OneheadError(
    "no-propensity",
    `offPolicy: ${at}: propensity: ${what}, expected the chance above 0 with which the model was chosen; a log of fixed ` +
      "choices cannot tell what another router would have got, unless its models were drawn evenly from a set that uniformOver (--uniform-over) names",
  );
}
