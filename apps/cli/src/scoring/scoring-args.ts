import { OneheadError, type PreferenceOptions } from "@onehead/core";
import { type ScoringColumns, type ScoringField, scoringFields } from "@onehead/data";
import { parseNumber } from "../commands/parse-number.js";
import { UsageError } from "../process/report-failure.js";
import { routingArgs } from "../routing/routing-options.js";

const formats = ["jsonl", "csv", "parquet"] as const;
type ScoreFormat = (typeof formats)[number];

const formatOfExtension: Readonly<Record<string, ScoreFormat>> = {
  jsonl: "jsonl",
  ndjson: "jsonl",
  json: "jsonl",
  csv: "csv",
  parquet: "parquet",
};

/** Rows of a row group of Parquet output. */
const defaultGroupRows = 131_072;
const mostGroupRows = 10_000_000;
const mostWorkers = 256;

/** Options of `onehead score`, as citty takes them. */
export const scoringArgs = {
  input: { type: "string", description: "Rows to score; standard input unless given", valueHint: "FILE" },
  output: { type: "string", description: "Where the choices go; standard output unless given", valueHint: "FILE" },
  "input-format": { type: "string", description: "jsonl, csv or parquet, where the name does not say" },
  "output-format": { type: "string", description: "jsonl, csv or parquet, where the name does not say" },
  columns: {
    type: "string",
    description: "Columns that go by other names: id=key,embedding=vector,prompt=question,inputTokens=tokens",
    valueHint: "FIELD=NAME,…",
  },
  artifact: routingArgs.artifact,
  config: routingArgs.config,
  embedder: routingArgs.embedder,
  "willingness-to-pay": routingArgs["willingness-to-pay"],
  "cost-quality": routingArgs["cost-quality"],
  reward: routingArgs.reward,
  models: routingArgs.models,
  "input-tokens": { type: "string", description: "Tokens of rows that do not say, else estimated from the prompt" },
  workers: { type: "string", description: "Threads that score beside the one that reads and writes", valueHint: "N" },
  resume: { type: "boolean", description: "Go on with what an earlier run left beside --output" },
  "row-group-rows": {
    type: "string",
    description: `Rows of a row group of Parquet output; ${defaultGroupRows} unless given`,
    valueHint: "N",
  },
  "checkpoint-seconds": {
    type: "string",
    description: "How often what is done is made safe for --resume; 1 unless given",
    valueHint: "S",
  },
  json: { type: "boolean", description: "The summary as JSON" },
} as const;

/** Where rows come from and where choices go. */
export interface ScoreFiles {
  /** Undefined for standard input and output. */
  input: string | undefined;
  output: string | undefined;
  inputFormat: ScoreFormat;
  outputFormat: ScoreFormat;
  columns: Partial<ScoringColumns>;
  groupRows: number;
  checkpointMs: number;
}

type Args = Record<string, unknown>;

/** @throws UsageError for a name that says no format, a column that is no field's; OneheadError "invalid-argument" for a number */
export function scoreFiles(args: Args): ScoreFiles {
  const input = text(args, "input");
  const output = text(args, "output");
  return {
    input,
    output,
    inputFormat: formatOf(args, "input", input, /\.gz$/i),
    outputFormat: formatOf(args, "output", output),
    columns: parseColumns(text(args, "columns")),
    groupRows: whole(args, "row-group-rows", 1, mostGroupRows) ?? defaultGroupRows,
    checkpointMs: 1000 * (number(args, "checkpoint-seconds", 0) ?? 1),
  };
}

/** What quality is worth, as the command line says; it wins over a configuration. */
export function preferenceArgs(args: Args, configured: PreferenceOptions): PreferenceOptions {
  const willingnessToPayUsd = number(args, "willingness-to-pay");
  const costQuality = number(args, "cost-quality");
  const reward = text(args, "reward");
  if (reward !== undefined && reward !== "linear" && reward !== "exponential") {
    throw new OneheadError("invalid-argument", `--reward: ${reward}, expected linear or exponential`);
  }
  const isNamed = willingnessToPayUsd !== undefined || costQuality !== undefined;
  const knob = isNamed ? { willingnessToPayUsd, costQuality } : configured;
  return { ...knob, ...(reward === undefined ? {} : { reward }) };
}

export function inputTokensArg(args: Args): number | undefined {
  return number(args, "input-tokens", 0);
}

/** @returns undefined where it is left to the machine */
export function workersArg(args: Args): number | undefined {
  return whole(args, "workers", 0, mostWorkers);
}

function formatOf(args: Args, name: "input" | "output", path: string | undefined, packed?: RegExp): ScoreFormat {
  const flag = `${name}-format`;
  const wanted = text(args, flag);
  if (wanted !== undefined) {
    const known = formats.find((format) => format === wanted);
    if (known === undefined) throw new UsageError(`--${flag}: ${wanted}, expected ${formats.join(", ")}`);
    return known;
  }
  if (path === undefined) return "jsonl";
  const plain = packed === undefined ? path : path.replace(packed, "");
  const extension = /\.([^./\\]+)$/.exec(plain)?.[1].toLowerCase() ?? "";
  if (Object.hasOwn(formatOfExtension, extension)) return formatOfExtension[extension];
  throw new UsageError(`--${name} ${path}: its name says no format, expected --${flag} ${formats.join(", ")}`);
}

function parseColumns(list: string | undefined): Partial<ScoringColumns> {
  const columns: Partial<Record<ScoringField, string>> = {};
  for (const part of list?.split(",") ?? []) {
    const [name, column] = part.split(/=(.*)/s);
    const field = scoringFields.find((known) => known === name.trim());
    if (field === undefined || column === undefined || column === "") {
      throw new UsageError(`--columns ${part}: expected FIELD=NAME, with ${scoringFields.join(", ")} as fields`);
    }
    columns[field] = column;
  }
  return columns;
}

function text(args: Args, name: string): string | undefined {
  const value = args[name];
  return typeof value === "string" ? value : undefined;
}

function number(args: Args, name: string, least = Number.NEGATIVE_INFINITY): number | undefined {
  const value = text(args, name);
  if (value === undefined) return undefined;
  const parsed = parseNumber(`--${name}`, value);
  if (parsed >= least) return parsed;
  throw new OneheadError("invalid-argument", `--${name}: ${value}, expected at least ${least}`);
}

function whole(args: Args, name: string, least: number, most: number): number | undefined {
  const parsed = number(args, name);
  if (parsed === undefined || (Number.isInteger(parsed) && parsed >= least && parsed <= most)) return parsed;
  throw new OneheadError("invalid-argument", `--${name}: ${parsed}, expected a whole number from ${least} to ${most}`);
}
