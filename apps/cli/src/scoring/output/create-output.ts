import type { Candidate } from "@onehead/core";
import type { RowBlocks } from "@onehead/data";
import type { ScoreFiles } from "../scoring-args.js";
import { CsvOutput } from "./csv-output.js";
import { JsonLinesOutput } from "./json-lines-output.js";
import type { ScoreOutput } from "./score-output.js";

/** The output of a run in the format that it was asked for. */
export async function createOutput(
  { outputFormat, groupRows }: ScoreFiles,
  candidates: readonly Candidate[],
  rows: RowBlocks,
): Promise<ScoreOutput> {
  if (outputFormat === "csv") return new CsvOutput(candidates);
  if (outputFormat === "jsonl") return new JsonLinesOutput(candidates, rows.format === "parquet" ? "row" : "line");
  // modules that no other format needs
  const { ParquetOutput } = await import("./parquet-output.js");
  return new ParquetOutput(candidates, rows.hasIntegerIds, groupRows);
}
