import type { Candidate } from "../artifact/manifest.js";
import type { BatchChoices } from "../router/batch-choices.js";
import type { BlockScorer, ScoreTerms } from "./block-scorer.js";
import type { MeasuredCosts } from "./cost-model.js";
import type { GpuDevice } from "./gpu-library.js";

/** Where the rows of a batch were decided. */
export interface GpuChoices extends BatchChoices {
  /** Rows that the GPU decided; the processor decided the others. */
  gpuRows: number;
  /** Of the processor's rows those that the GPU had scored, but too closely to be believed. */
  closeRows: number;
  /** Why rows that were meant for the GPU are the processor's; null where it did what it was meant to. */
  lost: string | null;
}

/** What was found out when a scorer was opened. */
export interface GpuReport {
  /** Whether batches that are large enough go to the GPU. */
  uses: "gpu" | "cpu";
  /** Why, in words. */
  reason: string;
  /** Null where there is none. */
  device: GpuDevice | null;
  /** Null where nothing was measured: the GPU is forced, or never used. */
  costs: MeasuredCosts | null;
  /** The fewest rows that go to the GPU; Infinity where it is not used. */
  leastGpuRows: number;
}

/**
 * Scores batches on a GPU where that pays, as `openGpuScorer` measured it; otherwise, and for what a GPU cannot be trusted with, on
 * the processor. Every row gets the choice of `Router.choose`.
 */
export interface GpuScorer extends BlockScorer {
  /** The pool, in the order of `index`. */
  readonly candidates: readonly Candidate[];
  readonly report: GpuReport;
  /**
   * Batches that are asked for at once are scored one after the other; the arrays are read until the promise is settled.
   *
   * @param embeddings  (R, D);  inputTokens  (R). A row with a NaN or an infinity gets index −1, as from `Router.choose`
   * @throws ShapeError for lengths that do not fit `rows`
   */
  score(embeddings: Float32Array, inputTokens: ArrayLike<number>, rows: number, terms: ScoreTerms): Promise<GpuChoices>;
  /** Gives the GPU's memory back; the scorer then computes on the processor. */
  close(): Promise<void>;
}
