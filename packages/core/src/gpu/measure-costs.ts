import type { Preference } from "../decision/reward.js";
import { createRandom } from "../random/random.js";
import { emptyChoices } from "../router/batch-choices.js";
import { BlockArrays, scalesOf } from "./block-inputs.js";
import type { BlockProgram } from "./block-program.js";
import { type BlockCost, lineThrough, type MeasuredCosts } from "./cost-model.js";
import type { ProcessorScorer } from "./processor-scorer.js";
import type { GpuHalf } from "./split-scorer.js";

/** Rows that the processor is timed with: four of its blocks. */
const processorRows = 256;
// the first run compiles; of those after it the fastest counts, for whatever else the machine does only adds
const timedRuns = 3;
const preference: Preference = { reward: "linear", lambdaUsd: 0.01 };

/** Times both halves of a scorer on rows of random numbers; some ten milliseconds on a GPU beside what its driver needs to compile. */
export async function measureCosts({ weights, programs }: GpuHalf, processor: ProcessorScorer): Promise<MeasuredCosts> {
  const { dimensions: D, inner, candidates } = weights.folded;
  const largest = Math.max(...programs.map(({ rows }) => rows));
  const most = Math.max(processorRows, largest);
  const random = createRandom(1);
  const embeddings = Float32Array.from({ length: most * D }, () => random.normal());
  const tokens = new Float64Array(most).fill(100);

  const picked = Array.from({ length: processorRows }, (_, row) => row);
  const out = emptyChoices(processorRows);
  const processorMs = await fastest(async () => processor.score(out, picked, embeddings, tokens, { preference }));

  const terms = new Float32Array(4 * candidates);
  const inputsOf = (program: BlockProgram) => {
    const arrays = new BlockArrays(program.rows, D, inner);
    return () => ({ ...arrays.fill(embeddings, tokens, 0, program.rows, []), ...scalesOf(preference), terms });
  };
  const blocks: BlockCost[] = [];
  const transfers: BlockCost[] = [];
  for (const program of programs) {
    const { rows } = program;
    // a larger block is no faster than a smaller one: where that took longer than the processor needs for all, no block pays
    if (blocks.some(({ ms }) => ms * processorRows >= processorMs * largest)) break;
    const inputs = inputsOf(program);
    blocks.push({ rows, ms: await fastest(() => program.run(inputs())) });
    transfers.push({ rows, ms: await fastest(() => program.transfer(inputs())) });
  }
  return {
    processorRowMs: processorMs / processorRows,
    blocks,
    ...lineThrough(blocks),
    transferRowMs: lineThrough(transfers).rowMs,
  };
}

async function fastest(run: () => Promise<unknown>): Promise<number> {
  await run();
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < timedRuns; i++) {
    const started = performance.now();
    await run();
    least = Math.min(least, performance.now() - started);
  }
  return least;
}
