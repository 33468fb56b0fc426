import { OneheadError, type Router, type ScoreBatchOptions } from "@onehead/core";
import type { RowBlock } from "@onehead/data";
import type { Embedder } from "@onehead/embed";

/** A block of rows with what was chosen for each. */
export interface ScoredRows {
  block: RowBlock;
  /** (R) candidates; what stands beside a problem means nothing. */
  index: Int32Array;
  predictedQuality: Float32Array;
  predictedCostUsd: Float64Array;
  reward: Float64Array;
}

/** What of a row is said in place of a choice; undefined where there is one. */
export function problemOf({ block, index }: ScoredRows, row: number): OneheadError | undefined {
  const problem = block.problems.get(row);
  if (problem !== undefined || index[row] >= 0) return problem;
  return new OneheadError("no-eligible-model", "no candidate has a price and finite predictions");
}

/**
 * Choices for blocks of rows, a block at a time and in their order. Prompts are embedded; rows with a problem go through as zeros, so
 * that each block keeps its place and its bound.
 */
export async function* scoreBlocks(
  router: Router,
  blocks: AsyncIterable<RowBlock>,
  options: ScoreBatchOptions,
): AsyncGenerator<ScoredRows> {
  const waiting: RowBlock[] = [];
  async function* handOver(): AsyncGenerator<RowBlock> {
    for await (const block of blocks) {
      waiting.push(block);
      yield block;
    }
  }
  let scored: ScoredRows | null = null;
  let filled = 0;
  for await (const choices of router.scoreBatch(handOver(), options)) {
    scored ??= emptyRows(waiting.shift() as RowBlock);
    scored.index.set(choices.index, filled);
    scored.predictedQuality.set(choices.predictedQuality, filled);
    scored.predictedCostUsd.set(choices.predictedCostUsd, filled);
    scored.reward.set(choices.reward, filled);
    filled += choices.rows;
    if (filled < scored.block.rows) continue;
    yield scored;
    scored = null;
    filled = 0;
  }
}

function emptyRows(block: RowBlock): ScoredRows {
  return {
    block,
    index: new Int32Array(block.rows),
    predictedQuality: new Float32Array(block.rows),
    predictedCostUsd: new Float64Array(block.rows),
    reward: new Float64Array(block.rows),
  };
}

/** Embeds the prompts of a block in place; one that its embedder refuses is a problem of its row. */
export async function embedPrompts(block: RowBlock, embedder: Embedder): Promise<RowBlock> {
  const { prompts, embeddings } = block;
  if (prompts === null) return block;
  const D = embedder.dimensions;
  const rows = [...prompts.keys()].filter((row) => prompts[row] !== undefined);
  const texts = rows.map((row) => prompts[row] as string);
  try {
    const found = await embedder.embed(texts);
    rows.forEach((row, i) => {
      embeddings.set(found.subarray(i * D, (i + 1) * D), row * D);
    });
  } catch (error) {
    if (!OneheadError.isInstance(error) || error.code !== "invalid-argument") throw error;
    if (rows.length === 1) {
      block.problems.set(rows[0], error);
      return block;
    }
    // one of them is refused: the others are embedded by themselves
    for (const row of rows) {
      const alone = prompts.map((prompt, other) => (other === row ? prompt : undefined));
      await embedPrompts({ ...block, prompts: alone }, embedder);
    }
  }
  return block;
}
