/** What one launch of a block costs, whatever of it is filled. */
export interface BlockCost {
  /** Rows that it takes. */
  rows: number;
  /** From the first copy to the last choice read back. */
  ms: number;
}

/** Measured where it runs, when it starts. */
export interface MeasuredCosts {
  /** Of a row, block by block, on the processor. */
  processorRowMs: number;
  /** Of the block sizes there are, smallest first; not of those that cannot pay, as a smaller one has shown. */
  blocks: readonly BlockCost[];
  /** The line through the smallest and the largest: what a launch costs by itself, and what each row adds. */
  launchMs: number;
  rowMs: number;
  /** What of `rowMs` is the way of an embedding to the GPU. */
  transferRowMs: number;
}

/** How a batch is cut: blocks of these sizes, one after the other, for the GPU; what is left is the processor's. */
export interface BatchPlan {
  /** Rows that each launch takes; the last one may be filled in part only. */
  launches: number[];
  /** Rows, from the first on, that the launches cover. */
  gpuRows: number;
  ms: number;
}

/** The line through the smallest and the largest block. */
export function lineThrough(blocks: readonly BlockCost[]): { launchMs: number; rowMs: number } {
  const [least, most] = [blocks[0], blocks[blocks.length - 1]];
  if (most.rows === least.rows) return { launchMs: 0, rowMs: least.ms / least.rows };
  // a large block that was no slower than a small one says that rows are free, not that they pay
  const rowMs = Math.max(0, (most.ms - least.ms) / (most.rows - least.rows));
  return { launchMs: Math.max(0, least.ms - rowMs * least.rows), rowMs };
}

/** Full blocks that pay, those with the cheapest rows first; then for what is left one more, filled in part, or the processor. */
export function planBatch(
  rows: number,
  { processorRowMs, blocks }: Pick<MeasuredCosts, "processorRowMs" | "blocks">,
): BatchPlan {
  const plan: BatchPlan = { launches: [], gpuRows: 0, ms: 0 };
  for (const block of [...blocks].sort((a, b) => a.ms / a.rows - b.ms / b.rows)) {
    if (!(block.ms < processorRowMs * block.rows)) continue;
    while (rows - plan.gpuRows >= block.rows) addLaunch(plan, block, block.rows);
  }
  const rest = rows - plan.gpuRows;
  const cheapest = blocks
    .filter((block) => block.rows >= rest && block.ms < processorRowMs * rest)
    .sort((a, b) => a.ms - b.ms)[0];
  if (cheapest === undefined) plan.ms += processorRowMs * rest;
  else addLaunch(plan, cheapest, rest);
  return plan;
}

/** Every row to the GPU, whatever it costs: full blocks, the largest first, then the smallest for what is left. */
export function forcedPlan(rows: number, blockRows: readonly number[]): BatchPlan {
  const launches: number[] = [];
  const largestFirst = [...blockRows].sort((a, b) => b - a);
  let left = rows;
  for (const size of largestFirst) {
    for (; left >= size; left -= size) launches.push(size);
  }
  if (left > 0) launches.push(largestFirst[largestFirst.length - 1]);
  return { launches, gpuRows: rows, ms: Number.NaN };
}

/** Nothing to the GPU. */
export const processorPlan: BatchPlan = { launches: [], gpuRows: 0, ms: Number.NaN };

/** The fewest rows that a plan gives to the GPU; Infinity where it never pays. */
export function leastGpuRows(costs: Pick<MeasuredCosts, "processorRowMs" | "blocks">): number {
  let least = Number.POSITIVE_INFINITY;
  for (const { rows, ms } of costs.blocks) {
    const needed = Math.floor(ms / costs.processorRowMs) + 1;
    if (needed <= rows) least = Math.min(least, needed);
  }
  return least;
}

function addLaunch(plan: BatchPlan, block: BlockCost, rows: number): void {
  plan.launches.push(block.rows);
  plan.gpuRows += rows;
  plan.ms += block.ms;
}
