import { stat } from "node:fs/promises";
import { OneheadError } from "@onehead/core";
import type { InputPosition, RowBlock } from "@onehead/data";
import type { Progress } from "../output/progress.js";
import { mapInOrder } from "../routing/map-in-order.js";
import type { RunIdentity } from "./journal.js";
import { createOutput } from "./output/create-output.js";
import type { ScoreOutput } from "./output/score-output.js";
import { embedPrompts, type ScoredRows, scoreBlocks } from "./score-blocks.js";
import type { ScoreEngine } from "./score-engine.js";
import { ScoreFile } from "./score-file.js";
import { openScoreInput, type ScoreInput } from "./score-input.js";
import { deviceOutput, type ScoreSink, standardOutput } from "./score-sink.js";
import type { ScoreFiles } from "./scoring-args.js";

const showEveryMs = 100;

export interface RunOptions {
  files: ScoreFiles;
  /** Tokens of rows that do not say. */
  inputTokens: number | undefined;
  resume: boolean;
  signal: AbortSignal;
  progress: Progress | null;
}

/** What a run did. */
export interface ScoreSummary {
  rows: number;
  /** Rows that have an error in place of a choice. */
  failed: number;
  /** Of the rows, those that an earlier run had done. */
  resumedRows: number;
  seconds: number;
  /** Null for standard output. */
  output: string | null;
}

/** How far a run is. */
interface Tally {
  rows: number;
  failed: number;
}

type Workers = Awaited<ReturnType<ScoreEngine["openWorkers"]>>;

/**
 * Scores the rows of an input, block by block.
 *
 * @throws OneheadError "aborted" once the signal is; whatever ends it says what becomes of what is done
 */
export async function runScore(engine: ScoreEngine, options: RunOptions): Promise<ScoreSummary> {
  const { files, inputTokens, signal } = options;
  const startedMs = performance.now();
  const isFile = files.output !== undefined && (await isRegular(files.output));
  const boundaryRows = files.outputFormat === "parquet" ? files.groupRows : undefined;
  const blockOptions = { dimensions: engine.router.dimensions, inputTokens, boundaryRows, signal };
  const input = await openScoreInput(files, blockOptions, isFile);
  try {
    const summary = { seconds: 0, output: files.output ?? null };
    const output = await createOutput(files, engine.router.candidates, input.rows);
    const opened = await openSink(engine, options, input, isFile);
    if (!("sink" in opened)) return { ...summary, ...opened, resumedRows: opened.rows };
    const { sink, file } = opened;
    const tally: Tally = { rows: file?.from?.rows ?? 0, failed: file?.from?.failed ?? 0 };
    const resumedRows = tally.rows;
    let workers: Workers = null;
    try {
      if (file?.from != null) output.restore(file.from.bytes, file.from.states);
      else await sink.write(output.begin());
      workers = await engine.openWorkers();
      await scoreAll(engine, workers, options, input, output, sink, tally, file);
      await sink.write(output.finish());
      await sink.finish(tally.rows, tally.failed);
    } catch (error) {
      throw told(error, signal, tally.rows, await sink.leave());
    } finally {
      // threads end last: Node 20 now and then aborts as a whole when one does, and every byte is then where it belongs
      await workers?.close();
      await engine.close();
    }
    return { ...summary, ...tally, resumedRows, seconds: (performance.now() - startedMs) / 1000 };
  } finally {
    await input.close();
  }
}

async function scoreAll(
  engine: ScoreEngine,
  workers: Workers,
  { signal, progress }: RunOptions,
  input: ScoreInput,
  output: ScoreOutput,
  sink: ScoreSink,
  tally: Tally,
  file: ScoreFile | null,
): Promise<void> {
  try {
    const blocks = embedded(input.rows.read(file?.from ?? undefined), engine);
    const show = progressOf(progress, input, file?.from?.at ?? 0);
    const options = { ...engine.preference, ...(workers === null ? {} : { workers }) };
    for await (const scored of scoreBlocks(engine.router, blocks, options)) {
      if (signal.aborted) throw new OneheadError("aborted", "score: aborted");
      tally.rows += scored.block.rows;
      tally.failed += failedOf(scored);
      const bytes = output.add(scored);
      if (bytes !== null) {
        await sink.write(bytes);
        await sink.reached({ ...tally, ...scored.block.end }, output.state());
      }
      show(scored.block.end, tally.rows);
    }
  } finally {
    progress?.end();
  }
}

/** Blocks whose prompts are embedded, as many at once as keep the threads busy. */
function embedded(blocks: AsyncIterable<RowBlock>, engine: ScoreEngine): AsyncGenerator<RowBlock> {
  return mapInOrder(blocks, Math.max(1, 2 * engine.workers), async (block) => {
    const count = block.prompts?.length ?? 0;
    return count === 0 ? block : embedPrompts(block, await engine.embedder(count));
  });
}

/** Where the bytes go, or what an earlier run had done but for its name. */
async function openSink(
  engine: ScoreEngine,
  { files, inputTokens, resume }: RunOptions,
  input: ScoreInput,
  isFile: boolean,
): Promise<{ sink: ScoreSink; file: ScoreFile | null } | Tally> {
  if (files.output === undefined) return { sink: standardOutput, file: null };
  if (!isFile) return { sink: await deviceOutput(files.output), file: null };
  const { artifactHash, router, preference } = engine;
  const identity: RunIdentity = {
    input: input.identity,
    "input's format": files.inputFormat,
    columns: files.columns,
    artifact: artifactHash,
    "candidates or prices": router.candidates,
    preference: router.resolvePreference(preference),
    backend: router.backend,
    "--input-tokens": inputTokens ?? null,
    "output's format": files.outputFormat,
    ...(files.outputFormat === "parquet" ? { "--row-group-rows": files.groupRows } : {}),
  };
  const { output: path, checkpointMs } = files;
  const file = await ScoreFile.open({ path, identity, resume, checkpointMs });
  if (!(file instanceof ScoreFile)) return file;
  if (resume && file.from === null) console.error(`score: nothing is there to go on with: begins with the first row`);
  return { sink: file, file };
}

function failedOf({ block, index }: ScoredRows): number {
  let failed = block.problems.size;
  for (let row = 0; row < index.length; row++) if (index[row] < 0 && !block.problems.has(row)) failed++;
  return failed;
}

/** Shows now and then how far a run is, counted from where it began. */
function progressOf(
  progress: Progress | null,
  { rows, sizeBytes }: ScoreInput,
  from: number,
): (end: InputPosition, done: number) => void {
  const total = rows.totalRows ?? sizeBytes;
  let shownMs = Number.NEGATIVE_INFINITY;
  return (end, done) => {
    const nowMs = performance.now();
    if (progress === null || nowMs - shownMs < showEveryMs) return;
    shownMs = nowMs;
    const fraction = total === null ? undefined : (end.at - from) / (total - from);
    progress.update(`scored (${done.toLocaleString("en")} rows)`, fraction);
  };
}

/** What ended a run, with what becomes of what it did. */
function told(error: unknown, signal: AbortSignal, rows: number, kept: string): unknown {
  if (signal.aborted) return new OneheadError("aborted", `score: stopped after ${rows} rows${kept}`, { cause: error });
  if (!OneheadError.isInstance(error) || kept === "") return error;
  return new OneheadError(error.code, `${error.message}${kept}`, { cause: error });
}

/** Whether a path is, or will be, a file: not a device, nor a pipe. */
async function isRegular(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found === null || found.isFile();
}
