import type { RowTable } from "@onehead/data";

/** Labelled prompts as a baseline sees them: their embeddings beside their table. */
export interface LabelledEmbeddings {
  /** (R, D) query embeddings, row-major. */
  embeddings: Float32Array;
  /** D. */
  dimensions: number;
  /** R rows of scores and costs, in the same order. */
  table: RowTable;
}

/** What a router predicts for R prompts and N candidates, row-major (R, N). */
export interface Predictions {
  /** Expected score in [0, 1]. */
  quality: Float32Array;
  /** Expected USD, > 0. */
  costUsd: Float64Array;
}

/** A fitted rival router. */
export interface Baseline {
  /** Shown in tables, with the tuned setting: "kNN 300, prior 3". */
  name: string;
  /** Predictions for (R, D) embeddings; `inputTokens` (R) as known before the call. */
  predict(embeddings: Float32Array, inputTokens: Float64Array): Predictions;
}

/** Fits a rival on training rows; any setting is chosen on the validation rows only. */
export type FitBaseline = (
  train: LabelledEmbeddings,
  validation: LabelledEmbeddings,
  options: { seed: number },
) => Baseline;
