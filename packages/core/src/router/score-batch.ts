import type { Candidate } from "../artifact/manifest.js";
import type { PreferenceOptions } from "../decision/preference.js";
import type { Preference } from "../decision/reward.js";
import { assertNumber } from "../errors/invalid-argument.js";
import { assertLength } from "../errors/shape-error.js";
import type { Backend } from "../kernels/backend.js";
import { maxRows } from "../layers/attention-form.js";
import { assertEmbedding } from "./assert-embedding.js";
import { type BatchChoices, emptyChoices } from "./batch-choices.js";
import type { PoolPredictor } from "./predictor.js";

/** One row of a batch. */
export interface BatchRow {
  /** (D) embedding of the question, by the artifact's embedder. */
  embedding: Float32Array;
  /** Tokens of the whole request, which is what gets priced. */
  inputTokens: number;
}

/** R rows of a batch at once, which costs less than one by one. */
export interface BatchBlock {
  /** (R, D) row-major. */
  embeddings: Float32Array;
  /** (R) */
  inputTokens: ArrayLike<number>;
}

/** Rows, blocks of rows, or both, as they come. */
export type BatchInput = AsyncIterable<BatchRow | BatchBlock> | Iterable<BatchRow | BatchBlock>;

/** The choices for the rows from `start` on, counted from 0 over the whole batch. */
export interface ScoredBlock extends BatchChoices {
  start: number;
  rows: number;
}

/** Rows that were checked, and where they stand in the batch. */
export interface CheckedBlock extends BatchBlock {
  start: number;
}

/** What decides on the bits of a batch beside its rows. */
export interface BatchTerms {
  preference: Preference;
  candidates: readonly Candidate[];
  backend: Backend["name"];
  /** (N) shifts of the candidates' logits that feedback has taught. */
  feedbackShifts: Float64Array;
}

/** Threads that score blocks beside the one that reads them: `openBatchWorkers` of `@onehead/batch`. */
export interface BatchWorkers {
  /** The most rows that a block may have. */
  readonly blockRows: number;
  /**
   * Choices for blocks, in their order; what it ends with, `blocks` are closed.
   *
   * @throws OneheadError "invalid-argument", at once, where the workers would not choose by these terms to the bit
   */
  score(blocks: AsyncGenerator<CheckedBlock, void, undefined>, terms: BatchTerms): AsyncGenerator<ScoredBlock, void>;
}

export interface ScoreBatchOptions extends PreferenceOptions {
  /** The caller's own thread does the work when left out. */
  workers?: BatchWorkers | undefined;
}

const nothing: CheckedBlock[] = [];

/** See `Router.scoreBatch`. */
export function scoreBatch(
  predictor: PoolPredictor,
  input: BatchInput,
  terms: BatchTerms,
  workers: BatchWorkers | undefined,
): AsyncGenerator<ScoredBlock, void> {
  const blocks = checkedBlocks(input, predictor, workers?.blockRows);
  return workers === undefined ? scoreHere(predictor, blocks, terms.preference) : workers.score(blocks, terms);
}

async function* scoreHere(
  predictor: PoolPredictor,
  blocks: AsyncIterable<CheckedBlock>,
  preference: Preference,
): AsyncGenerator<ScoredBlock, void> {
  for await (const { start, embeddings, inputTokens } of blocks) {
    const rows = inputTokens.length;
    const choices = emptyChoices(rows);
    predictor.choose(choices, embeddings, inputTokens, rows, preference);
    yield { start, rows, ...choices };
  }
}

/**
 * Cuts and gathers what comes into blocks; the rows before one that is wrong, or missing, come before its error.
 *
 * @param blockRows the most rows of a block for workers; undefined where it is scored here
 */
async function* checkedBlocks(
  input: BatchInput,
  predictor: PoolPredictor,
  blockRows: number | undefined,
): AsyncGenerator<CheckedBlock, void, undefined> {
  const D = predictor.dimensions;
  const limit = blockRows ?? maxRows;
  // rows of the blocks that were given, and those that came one by one since
  let start = 0;
  let rows = 0;
  let gathered = new Float32Array(0);
  let tokens = new Float64Array(0);

  /** The rows before the first that is wrong, then its error. */
  function* soundRows(embeddings: Float32Array, inputTokens: Float64Array, count: number): Iterable<CheckedBlock> {
    const wrong = predictor.firstNonFinite(embeddings.subarray(0, count * D), count);
    const sound = wrong < 0 ? count : wrong;
    const first = start;
    start += sound;
    if (sound > 0) {
      yield {
        start: first,
        embeddings: embeddings.subarray(0, sound * D),
        inputTokens: inputTokens.subarray(0, sound),
      };
    }
    if (wrong >= 0) refuse(start, embeddings.slice(wrong * D, (wrong + 1) * D), inputTokens[wrong]);
  }
  const rest = (): Iterable<CheckedBlock> => {
    const count = rows;
    rows = 0;
    return count > 0 ? soundRows(gathered, tokens, count) : nothing;
  };
  const take = (item: BatchRow | BatchBlock): Iterable<CheckedBlock> => {
    if ((item as Partial<BatchBlock> | undefined)?.embeddings !== undefined) return cut(item as BatchBlock);
    const { embedding, inputTokens } = (item ?? {}) as BatchRow;
    if (!(embedding instanceof Float32Array) || embedding.length !== D || !isCount(inputTokens)) {
      refuse(start + rows, embedding, inputTokens);
    }
    // a block that is scored here is done with before the next one is asked for
    if (rows === 0 && (blockRows !== undefined || gathered.length === 0)) {
      gathered = new Float32Array(limit * D);
      tokens = new Float64Array(limit);
    }
    gathered.set(embedding, rows * D);
    tokens[rows++] = inputTokens;
    return rows < limit ? nothing : rest();
  };
  const refuse = (row: number, embedding: unknown, inputTokens: unknown): void => {
    const where = `scoreBatch: row ${row}:`;
    assertEmbedding(`${where} embedding`, embedding);
    assertLength(`${where} embedding`, embedding.length, D);
    assertNumber(`${where} inputTokens`, inputTokens);
  };
  function* cut({ embeddings, inputTokens }: BatchBlock): Iterable<CheckedBlock> {
    yield* rest();
    const R = inputTokens?.length;
    if (!(embeddings instanceof Float32Array)) refuse(start, embeddings, 0);
    assertLength(`scoreBatch: row ${start}: embeddings`, embeddings.length, R * D);
    for (let at = 0; at < R; at += limit) {
      const own = new Float64Array(Math.min(limit, R - at));
      let counted = 0;
      while (counted < own.length && isCount(inputTokens[at + counted])) own[counted] = inputTokens[at + counted++];
      yield* soundRows(embeddings.subarray(at * D), own, counted);
      if (counted < own.length) {
        const row = at + counted;
        refuse(start, embeddings.subarray(row * D, (row + 1) * D), inputTokens[row]);
      }
    }
  }

  try {
    // without a promise a row, where the rows are there already
    if (Symbol.iterator in input) {
      for (const item of input) for (const block of take(item)) yield block;
    } else {
      for await (const item of input) for (const block of take(item)) yield block;
    }
  } catch (error) {
    yield* rest();
    throw error;
  }
  yield* rest();
}

/** Whether it is a number of tokens. */
const isCount = (tokens: unknown): boolean =>
  typeof tokens === "number" && tokens >= 0 && tokens < Number.POSITIVE_INFINITY;
