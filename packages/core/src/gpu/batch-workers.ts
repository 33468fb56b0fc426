import { invalidArgument } from "../errors/invalid-argument.js";
import type { BatchTerms, BatchWorkers, CheckedBlock, ScoredBlock } from "../router/score-batch.js";
import type { GpuScorer } from "./gpu-scorer.js";

/**
 * A scorer as the `workers` of {@link Router.scoreBatch}: blocks go to it in their order, while the next ones are read.
 *
 * Its `score` throws OneheadError "invalid-argument", at once, where the candidates or their prices are not those that the scorer was
 * opened with.
 */
export function gpuWorkers(scorer: GpuScorer): BatchWorkers {
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
  blocks: AsyncGenerator<CheckedBlock, void, undefined>,
  terms: BatchTerms,
): AsyncGenerator<ScoredBlock, void, undefined> {
  const scored = async ({ start, embeddings, inputTokens }: CheckedBlock): Promise<ScoredBlock> => {
    const rows = inputTokens.length;
    const { index, predictedQuality, predictedCostUsd, reward } = await scorer.score(
      embeddings,
      inputTokens,
      rows,
      terms,
    );
    return { start, rows, index, predictedQuality, predictedCostUsd, reward };
  };
  let before: Promise<ScoredBlock> | null = null;
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

type Next = { block: CheckedBlock } | { block: null; failed: false } | { block: null; failed: true; error: unknown };

async function readNext(blocks: AsyncGenerator<CheckedBlock, void, undefined>): Promise<Next> {
  try {
    const { value, done } = await blocks.next();
    return done === true ? { block: null, failed: false } : { block: value as CheckedBlock };
  } catch (error) {
    return { block: null, failed: true, error };
  }
}
