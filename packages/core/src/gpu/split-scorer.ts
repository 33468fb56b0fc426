import type { Artifact } from "../artifact/artifact.js";
import type { Candidate } from "../artifact/manifest.js";
import { type Preference, rewardOf } from "../decision/reward.js";
import { assertLength } from "../errors/shape-error.js";
import { emptyChoices } from "../router/batch-choices.js";
import type { Pool } from "../router/pool.js";
import { BlockArrays, scalesOf, termsOf } from "./block-inputs.js";
import type { BlockInputs, BlockOutputs, BlockProgram, PoolWeights } from "./block-program.js";
import type { ScoreTerms } from "./block-scorer.js";
import { noCandidate, notWritten } from "./choice-source.js";
import {
  type BatchPlan,
  forcedPlan,
  leastGpuRows,
  type MeasuredCosts,
  planBatch,
  processorPlan,
} from "./cost-model.js";
import type { GpuChoices, GpuReport, GpuScorer } from "./gpu-scorer.js";
import type { ProcessorScorer } from "./processor-scorer.js";

/**
 * How far ahead the best candidate has to be, in parts of worth · quality + price · cost, for float32 to be believed; closer calls
 * are the processor's. Some seven times what predictions were seen to differ by.
 */
const leastLead = 2e-5;
/** USD beyond which a cost may have overflowed. */
const greatestCostUsd = 1e20;

/** A GPU's half of a scorer: weights that stay there, and kernels for blocks of some sizes. */
export interface GpuHalf {
  weights: PoolWeights;
  /** Smallest first. */
  programs: readonly BlockProgram[];
  /** Null where every row is to go to the GPU. */
  costs: MeasuredCosts | null;
}

/** Cuts batches as the measured costs say, launches block after block, and has the processor score what is left. */
export class SplitScorer implements GpuScorer {
  readonly dimensions: number;
  readonly candidates: readonly Candidate[];
  readonly report: GpuReport;
  readonly blockRows: number;
  readonly #pool: Pool;
  readonly #bias: number;
  readonly #inverseTemperature: number;
  readonly #processor: ProcessorScorer;
  readonly #release: () => Promise<void>;
  readonly #arrays = new Map<number, BlockArrays>();
  #gpu: GpuHalf | null;
  #lost: string | null = null;
  // one batch at a time: blocks are copied into the same arrays
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    { manifest }: Artifact,
    pool: Pool,
    processor: ProcessorScorer,
    gpu: GpuHalf | null,
    report: Omit<GpuReport, "leastGpuRows">,
    release: () => Promise<void>,
  ) {
    this.dimensions = manifest.embedder.dimensions;
    this.candidates = pool.candidates;
    const least = gpu === null ? Number.POSITIVE_INFINITY : gpu.costs === null ? 1 : leastGpuRows(gpu.costs);
    this.report = { ...report, leastGpuRows: least };
    this.blockRows = gpu?.programs.at(-1)?.rows ?? 64;
    this.#pool = pool;
    this.#bias = manifest.calibration.bias;
    this.#inverseTemperature = 1 / manifest.calibration.temperature;
    this.#processor = processor;
    this.#gpu = gpu;
    this.#release = release;
  }

  score(
    embeddings: Float32Array,
    inputTokens: ArrayLike<number>,
    rows: number,
    terms: ScoreTerms,
  ): Promise<GpuChoices> {
    const scored = this.#last.then(() => this.#score(embeddings, inputTokens, rows, terms));
    this.#last = scored.catch(() => {});
    return scored;
  }

  async close(): Promise<void> {
    await this.#last;
    if (this.#gpu === null) return;
    this.#gpu = null;
    this.#lost = "closed";
    await this.#release();
  }

  async #score(
    embeddings: Float32Array,
    inputTokens: ArrayLike<number>,
    rows: number,
    terms: ScoreTerms,
  ): Promise<GpuChoices> {
    assertLength("score: embeddings", embeddings.length, rows * this.dimensions);
    assertLength("score: inputTokens", inputTokens.length, rows);
    if (terms.feedbackShifts !== undefined) {
      assertLength("score: feedbackShifts", terms.feedbackShifts.length, this.candidates.length);
    }
    const choices: GpuChoices = { ...emptyChoices(rows), gpuRows: 0, closeRows: 0, lost: null };
    const gpu = this.#gpu;
    const plan = gpu === null ? processorPlan : planOf(rows, gpu);
    // rows that are the processor's, for whatever reason; a row is in it or has a choice, never both
    const left: number[] = [];
    if (gpu !== null && plan.launches.length > 0) {
      await this.#launchAll(gpu, plan, choices, left, embeddings, inputTokens, terms);
    }
    for (let row = plan.gpuRows; row < rows; row++) left.push(row);
    this.#processor.score(choices, left, embeddings, inputTokens, terms);
    choices.gpuRows = rows - left.length;
    return choices;
  }

  /** Launches every block of the plan before the one before it is read, so that copying and computing go on at once. */
  async #launchAll(
    gpu: GpuHalf,
    { launches, gpuRows }: BatchPlan,
    choices: GpuChoices,
    left: number[],
    embeddings: Float32Array,
    inputTokens: ArrayLike<number>,
    terms: ScoreTerms,
  ): Promise<void> {
    const { folded, open } = gpu.weights;
    const shared = {
      ...scalesOf(terms.preference),
      terms: termsOf(this.#pool, folded.candidates, terms, this.#bias, this.#inverseTemperature),
    };
    const ahead = open.device.mode === "webgpu" ? 1 : 2;
    const launched: Array<{ start: number; count: number; refused: number[]; outputs: Promise<BlockOutputs> }> = [];
    const readOne = async (): Promise<void> => {
      const block = launched.shift();
      if (block === undefined) return;
      const { start, count, refused } = block;
      const outputs = await this.#outputsOf(gpu, block.outputs);
      if (outputs === null) {
        choices.lost = this.#lost;
        for (let row = start; row < start + count; row++) left.push(row);
      } else readBlock(choices, left, outputs, start, count, refused, terms.preference, shared);
    };
    let start = 0;
    for (const size of launches) {
      const count = Math.min(size, gpuRows - start);
      const program = gpu.programs.find(({ rows }) => rows === size);
      if (this.#gpu === null || program === undefined) {
        for (let row = start; row < start + count; row++) left.push(row);
      } else {
        const refused: number[] = [];
        const filled = this.#arraysOf(size, folded.inner).fill(embeddings, inputTokens, start, count, refused);
        const outputs = program.run({ ...filled, ...shared });
        // it is awaited later: until then a rejection must not be called unhandled
        outputs.catch(() => {});
        launched.push({ start, count, refused, outputs });
      }
      start += count;
      while (launched.length >= ahead) await readOne();
    }
    while (launched.length > 0) await readOne();
  }

  /** One for each size: gpu.js has copied what is in them when a block is launched. */
  #arraysOf(rows: number, inner: number): BlockArrays {
    let arrays = this.#arrays.get(rows);
    if (arrays === undefined) {
      arrays = new BlockArrays(rows, this.dimensions, inner);
      this.#arrays.set(rows, arrays);
    }
    return arrays;
  }

  /** Null where the GPU was lost on the way, which ends its use. */
  async #outputsOf(gpu: GpuHalf, launched: Promise<BlockOutputs>): Promise<BlockOutputs | null> {
    const { open } = gpu.weights;
    let reason = "the GPU gave no results";
    try {
      const outputs = await launched;
      const written = Array.from(outputs).every((choice) => choice[0] !== notWritten);
      if (written && !open.isLost()) return outputs;
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    // whatever failed then failed because of it
    if (open.isLost()) reason = "the WebGL context was lost";
    if (this.#gpu !== null) {
      this.#gpu = null;
      this.#lost = reason;
      this.#release().catch(() => {});
    }
    return null;
  }
}

function planOf(rows: number, { costs, programs }: GpuHalf): BatchPlan {
  if (costs !== null) return planBatch(rows, costs);
  return forcedPlan(
    rows,
    programs.map((program) => program.rows),
  );
}

/** Takes the choices of a block over, and leaves to the processor what it has to decide. */
function readBlock(
  choices: GpuChoices,
  left: number[],
  outputs: BlockOutputs,
  start: number,
  count: number,
  refused: readonly number[],
  preference: Preference,
  { worth, price, exponential }: Pick<BlockInputs, "worth" | "price" | "exponential">,
): void {
  let next = 0;
  for (let i = 0; i < count; i++) {
    const row = start + i;
    const output = outputs[i];
    const [position, quality, costUsd, lead] = [output[0], output[1], output[2], output[3]];
    if (refused[next] === row) {
      next++;
      left.push(row);
      continue;
    }
    const value = exponential === 1 ? -Math.log(Math.max(quality, 1e-3)) : quality;
    const close = !(lead > leastLead * (worth * (1 + value) + price * costUsd));
    if (close || position === noCandidate || !(costUsd < greatestCostUsd)) {
      if (close) choices.closeRows++;
      left.push(row);
      continue;
    }
    choices.index[row] = position - 1;
    choices.predictedQuality[row] = quality;
    choices.predictedCostUsd[row] = costUsd;
    choices.reward[row] = rewardOf(preference, quality, costUsd);
  }
}
