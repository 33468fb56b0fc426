import { defineCommand } from "citty";
import { assertKeepsInputs } from "../files/assert-keeps-inputs.js";
import { assertWritable } from "../files/write-atomically.js";
import { createProgress } from "../output/progress.js";
import { interruptSignal } from "../process/interrupt-signal.js";
import { exitCodes, reportFailure, UsageError } from "../process/report-failure.js";
import { runScore, type ScoreSummary } from "../scoring/run-score.js";
import { openScoreEngine } from "../scoring/score-engine.js";
import { inputTokensArg, scoreFiles, scoringArgs } from "../scoring/scoring-args.js";

export const score = defineCommand({
  meta: {
    name: "score",
    description: `Choose a model for every row of a table, however long: a filter for pipes, files and engines

Examples:
  onehead score < rows.jsonl > choices.jsonl                  lines of {"id": …, "prompt": …} or {"id": …, "embedding": […], "inputTokens": …}
  onehead score --input rows.parquet --output choices.parquet --willingness-to-pay 0.01
  onehead score --input rows.parquet --output choices.parquet --willingness-to-pay 0.01 --resume   go on after a kill
  parallel --pipe --block 64M onehead score --workers 0 < rows.jsonl > choices.jsonl

JSON Lines, CSV (embeddings are JSON in a column) and Parquet (lists of float or double, or bytes of float32) in and out. A row has an
id, or gets its number; an embedding, or else a prompt, which is embedded; and inputTokens, which are estimated from a prompt.
The order is kept. A row that cannot be scored has an error in its place; the exit code is then 1.`,
  },
  args: scoringArgs,
  async run({ args }) {
    const json = args.json === true;
    try {
      const files = scoreFiles(args);
      if (files.input === undefined && process.stdin.isTTY) {
        throw new UsageError("no rows: give --input, or rows on standard input");
      }
      const resume = args.resume === true;
      if (resume && files.output === undefined) throw new UsageError("--resume needs --output");
      const partial = files.output === undefined ? undefined : `${files.output}.partial`;
      await assertKeepsInputs(
        { "--output": files.output, "the .partial of --output": partial },
        { "--input": files.input, "--artifact": args.artifact, "--config": args.config },
      );
      if (files.output !== undefined) await assertWritable(files.output);
      const signal = interruptSignal();
      const engine = await openScoreEngine(args);
      const summary = await runScore(engine, {
        files,
        inputTokens: inputTokensArg(args),
        resume,
        signal,
        progress: process.stderr.isTTY ? createProgress(process.stderr) : null,
      });
      if (summary.failed > 0) process.exitCode = exitCodes.failed;
      printSummary(summary, json);
    } catch (error) {
      // choices may be on standard output: what went wrong must not stand among them
      process.exitCode = reportFailure(error, json, console.error);
    }
  },
});

function printSummary(summary: ScoreSummary, json: boolean): void {
  const { rows, failed, seconds, output, resumedRows } = summary;
  // standard output is for the choices, where they go there
  const print = output === null ? console.error : console.log;
  if (json) {
    print(JSON.stringify(summary));
    return;
  }
  const count = (value: number): string => value.toLocaleString("en");
  if (failed > 0)
    console.error(`onehead: ${count(failed)} of ${count(rows)} rows could not be scored: see their errors`);
  if (output === null) return;
  const before = resumedRows > 0 ? `, ${count(resumedRows)} of them before` : "";
  const rate = count(Math.round((rows - resumedRows) / Math.max(seconds, 1e-3)));
  print(`${output}: ${count(rows)} rows${before}, ${rate} a second`);
}
