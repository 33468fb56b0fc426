import { type Artifact, OneheadError, type Prices } from "@onehead/core";
import { type PromptRow, type RowTable, type SplitOptions, splitOf } from "@onehead/data";
import { openSqliteReader } from "@onehead/serve/node";
import { openNamedRows } from "../files/open-named-rows.js";
import { QuestionRows } from "../log/question-rows.js";
import { describeLeftOut, type LeftOut, noneLeftOut, nothingLeft, scoredCalls } from "../log/scored-calls.js";

/** Questions that a log has to hold to be learnt from alone, and those that a model has to have answered in the training part. */
const leastQuestions = 50;
const leastScores = 10;

/** What a log brought to the rows. */
export interface GatewayRowsReport {
  database: string;
  calls: number;
  questions: number;
  leftOut: LeftOut;
  /** Models with too few scored questions to be learnt, and how many they have. */
  tooFewScores: Record<string, number>;
}

export interface TrainingRows {
  /** Opens the rows; once for every pass over them. */
  open(): AsyncIterable<PromptRow>;
  gateway: { report: GatewayRowsReport; providers: ReadonlyMap<string, string> } | null;
}

export interface RowSources {
  /** A file of rows, a gateway's log, or both. */
  data: string | undefined;
  database: string | undefined;
  split: SplitOptions;
  signal: AbortSignal;
}

/**
 * The rows that a router is to learn from. Models of the log that have hardly been scored are left out: one alone would stop the
 * training, and nothing could be learnt of it.
 *
 * @throws OneheadError "invalid-argument" where the log holds too little; as `openSqliteReader` and `openNamedRows`
 */
export async function openTrainingRows({ data, database, split, signal }: RowSources): Promise<TrainingRows> {
  const fileRows = async function* (): AsyncGenerator<PromptRow> {
    if (data !== undefined) yield* openNamedRows(data, { signal });
  };
  if (database === undefined) return { open: fileRows, gateway: null };
  const { questions, leftOut } = await readQuestions(database, signal);
  if (data === undefined && questions.size < leastQuestions) {
    const words = describeLeftOut(leftOut);
    const found = `${questions.size} scored questions${words === "" ? "" : ` (left out: ${words})`}`;
    const expected = `expected at least ${leastQuestions}, or --data with further rows`;
    throw new OneheadError("invalid-argument", `train: ${database}: ${found}, ${expected}`);
  }
  const scores = await countScores(fileRows(), questions, split);
  const tooFew = new Map([...scores].filter(([, count]) => count < leastScores));
  // a router between one model and none is no router; a file may hold the others
  if (scores.size - tooFew.size < (data === undefined ? 2 : 1)) {
    const found = [...scores].map(([model, count]) => `${model} ${count}`).join(", ");
    const expected = `expected at least ${leastScores} of ${data === undefined ? "two models" : "one"}`;
    throw new OneheadError(
      "invalid-argument",
      `train: ${database}: scored questions in the training part: ${found}, ${expected}`,
    );
  }
  return {
    async *open() {
      yield* fileRows();
      for (const row of questions.rows()) {
        const known = withoutModels(row, tooFew);
        if (Object.keys(known.scores).length > 0) yield known;
      }
    },
    gateway: {
      providers: questions.providers,
      report: {
        database,
        calls: questions.calls,
        questions: questions.size,
        leftOut,
        tooFewScores: Object.fromEntries(tooFew),
      },
    },
  };
}

/** What the log brought, and what it did not, in words. */
export function describeGatewayRows({ database, calls, questions, leftOut, tooFewScores }: GatewayRowsReport): string {
  const lines = [`${calls} scored calls of ${questions} questions from ${database}`];
  const words = describeLeftOut(leftOut);
  if (words !== "") lines.push(`left out: ${words}`);
  const few = Object.entries(tooFewScores).map(([model, count]) => `${model} (${count})`);
  if (few.length > 0)
    lines.push(`models with fewer than ${leastScores} scored questions to learn from: ${few.join(", ")}`);
  return lines.join("; ");
}

/**
 * List prices of the log's models as the router that served has them, where they explain what its calls have cost: of answers that are
 * all of one length the rows alone do not tell them.
 */
export function servedPrices(table: RowTable, served: Artifact, models: Iterable<string>): Record<string, Prices> {
  const known = new Map(served.manifest.candidates.map(({ id, prices }) => [id, prices]));
  const found: Record<string, Prices> = {};
  for (const id of models) {
    const prices = known.get(id);
    const m = table.models.indexOf(id);
    if (prices !== undefined && m >= 0 && explains(prices, table, m)) found[id] = prices;
  }
  return found;
}

/** Whether most costs are those of the tokens: what came from a prompt cache was cheaper. */
function explains(prices: Prices, { ids, models, inputTokens, outputTokens, costs }: RowTable, m: number): boolean {
  let rows = 0;
  let fitting = 0;
  for (let r = 0; r < ids.length; r++) {
    const cost = costs[r * models.length + m];
    const input = inputTokens[r] * prices.inputUsdPerMillionTokens;
    const output = outputTokens[r * models.length + m] * prices.outputUsdPerMillionTokens;
    if (!(cost > 0 && input + output >= 0)) continue;
    rows++;
    if (Math.abs((input + output) / 1e6 / cost - 1) < 0.01) fitting++;
  }
  return fitting * 2 > rows;
}

/** Says of retrained candidates what the log's router and the log know of them: where they are asked for, and what they can do. */
export function carryServingFacts(artifact: Artifact, served: Artifact, providers: ReadonlyMap<string, string>): void {
  const known = new Map(served.manifest.candidates.map((candidate) => [candidate.id, candidate]));
  for (const candidate of artifact.manifest.candidates) {
    const { aliases, provider, capabilities } = known.get(candidate.id) ?? {};
    const maker = provider ?? providers.get(candidate.id);
    if (maker !== undefined) candidate.provider ??= maker;
    if (aliases !== undefined) candidate.aliases ??= aliases;
    if (capabilities !== undefined) candidate.capabilities ??= capabilities;
  }
}

async function readQuestions(
  database: string,
  signal: AbortSignal,
): Promise<{ questions: QuestionRows; leftOut: LeftOut }> {
  const leftOut = noneLeftOut();
  const questions = new QuestionRows();
  const reader = await openSqliteReader({ path: database });
  try {
    for await (const call of scoredCalls(reader, leftOut, signal)) questions.add(call);
  } finally {
    await reader.close();
  }
  if (questions.size === 0) throw nothingLeft("train", database, describeLeftOut(leftOut));
  return { questions, leftOut };
}

/** Scored questions of the training part, by the models of the log. */
async function countScores(
  fileRows: AsyncIterable<PromptRow>,
  questions: QuestionRows,
  split: SplitOptions,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const add = ({ prompt, scores }: PromptRow, ofLog: boolean): void => {
    const counted = splitOf(prompt, split) === "train" ? 1 : 0;
    for (const model of Object.keys(scores))
      if (ofLog || counts.has(model)) counts.set(model, (counts.get(model) ?? 0) + counted);
  };
  for (const row of questions.rows()) add(row, true);
  for await (const row of fileRows) add(row, false);
  return counts;
}

function withoutModels(row: PromptRow, models: ReadonlyMap<string, number>): PromptRow {
  if (models.size === 0) return row;
  const kept = (cells: Record<string, number>): Record<string, number> =>
    Object.fromEntries(Object.entries(cells).filter(([model]) => !models.has(model)));
  const { outputTokens } = row;
  return {
    ...row,
    scores: kept(row.scores),
    costs: kept(row.costs),
    ...(outputTokens === undefined ? {} : { outputTokens: kept(outputTokens) }),
  };
}
