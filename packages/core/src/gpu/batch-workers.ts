import type { Candidate } from "../artifact/manifest.js";
import { invalidArgument } from "../errors/invalid-argument.js";
import type { BlockChoices, ScoreTerms } from "./block-scorer.js";
import type { GpuScorer } from "./gpu-scorer.js";

/** Rows that were checked, and where they stand in the batch. */
export interface StartedBlock {
  start: number;
  /** (R, D) */
  embeddings: Float32Array;
  /** (R) */
  inputTokens: ArrayLike<number>;
}

/** Their choices. */
export interface StartedChoices extends BlockChoices {
  start: number;
  rows: number;
}

/** What decides on a batch beside its rows. */
export interface BatchTerms extends ScoreTerms {
  candidates: readonly Candidate[];
}

/** Whatever scores a stream of blocks, in their order, while the next ones are read: the shape of `scoreBatch`'s option `workers`. */
export interface BlockWorkers {
  /** The most rows that a block may have. */
  readonly blockRows: number;
  score(
    blocks: AsyncGenerator<StartedBlock, void, undefined>,
    terms: BatchTerms,
  ): AsyncGenerator<StartedChoices, void, undefined>;
}

/**
 * A scorer as the workers of a stream of blocks.
 *
 * Its `score` throws OneheadError "invalid-argument", at once, where the candidates or their prices are not those that the scorer was
 * opened with.
 */
export function gpuWorkers(scorer: GpuScorer): BlockWorkers {
  return {
    blockRows: scorer.blockRows,
    score(blocks, terms) {
      const own = JSON.stringify(scorer.candidates);
      if (JSON.stringify(terms.candidates) !== own) {
        const found = terms.candidates.map(({ id }) => id).join(", ");
        throw invalidArgument("gpuWorkers: candidates", found, "those and the prices that the scorer was opened with");
      }
      return scoreBlocks(scorer, blocks, terms);
    },
  };
}

async function* scoreBlocks(
  scorer: GpuScorer,
  blocks: AsyncGenerator<StartedBlock, void, undefined>,
  terms: BatchTerms,
): AsyncGenerator<StartedChoices, void, undefined> {
  const scored = async ({ start, embeddings, inputTokens }: StartedBlock): Promise<StartedChoices> => {
    const rows = inputTokens.length;
    const { index, predictedQuality, predictedCostUsd, reward } = await scorer.score(
      embeddings,
      inputTokens,
      rows,
      terms,
    );
    return { start, rows, index, predictedQuality, predictedCostUsd, reward };
  };
  let before: Promise<StartedChoices> | null = null;
  try {
    for (;;) {
      const next = await readNext(blocks);
      const scoring = before;
      before = null;
      if (next.block !== null) {
        // scored while the one before is handed out and the next one is read
        before = scored(next.block);
        before.catch(() => {});
      }
      if (scoring !== null) yield await scoring;
      if (next.block !== null) continue;
      // what came before a block that is wrong comes before its error
      if (next.failed) throw next.error;
      return;
    }
  } finally {
    await blocks.return();
  }
}

type Next = { block: StartedBlock } | { block: null; failed: false } | { block: null; failed: true; error: unknown };

async function readNext(blocks: AsyncGenerator<StartedBlock, void, undefined>): Promise<Next> {
  try {
    const { value, done } = await blocks.next();
    return done === true ? { block: null, failed: false } : { block: value as StartedBlock };
  } catch (error) {
    return { block: null, failed: true, error };
  }
}
