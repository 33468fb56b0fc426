import type { RowTable } from "@onehead/data";
import type { PredictorState } from "./state/predictor-state.js";

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
  /** Expected score in [0, 1]; NaN of a model that the router never takes. */
  quality: Float32Array;
  /** Expected USD, > 0; NaN likewise, and where no cost is known. */
  costUsd: Float64Array;
}

/** The half of a baseline that rivals differ in. */
export interface QualityPredictor {
  /** Stable over seeds and data, the name that `only` takes: "knn". */
  readonly id: string;
  /** Shown in tables, with the tuned setting: "kNN 300, prior 3". */
  readonly name: string;
  /**
   * Expected scores of R prompts, (R, N) in [0, 1].
   *
   * @param embeddings (R, D)
   * @throws ShapeError when the length is no multiple of D; OneheadError "invalid-argument" when a value is not finite
   */
  predict(embeddings: Float32Array): Float32Array;
  /** Everything that `predict` needs, to be stored. */
  toState(): PredictorState;
}

/** The half of a baseline that all rivals should share, so that a comparison is one of quality predictors. */
export interface CostPredictor {
  /** Shown in tables: "ridge 300 on log cost". */
  readonly name: string;
  /**
   * Expected cost of R prompts, (R, N) USD, > 0.
   *
   * @param embeddings  (R, D)
   * @param inputTokens (R) as known before the call; NaN where unknown
   */
  predict(embeddings: Float32Array, inputTokens: Float64Array): Float64Array;
  /** As {@link QualityPredictor.toState}; without it the baselines that are charged by it cannot be stored. */
  toState?(): PredictorState;
}

/**
 * A fitted rival router.
 *
 * One rule for all, the router under test included: weights and memories come from the training rows alone; validation
 * rows choose settings and stopping points (and the cost's smearing factor) and are learnt from no further. Nothing is
 * refitted on both parts: networks could not be, as they need the validation rows to stop, and a rival with more rows
 * to learn from would be compared by its rows.
 */
export interface Baseline {
  /** As {@link QualityPredictor.id}; "single:<model>" for a single model. */
  readonly id: string;
  /** As {@link QualityPredictor.name}. */
  readonly name: string;
  /**
   * False where `quality` is no estimate for the prompt (single model and random mix, which predict a mean of the one model that they
   * choose and NaN of the others; Avengers-Pro, which ranks): calibration means nothing there.
   */
  readonly estimatesQuality: boolean;
  /** Predictions for (R, D) embeddings; `inputTokens` (R) as known before the call. */
  predict(embeddings: Float32Array, inputTokens: Float64Array): Predictions;
  /** @throws OneheadError "invalid-argument" when its cost predictor cannot be stored */
  toState(): BaselineState;
}

/** A fitted rival as data. */
export interface BaselineState {
  quality: PredictorState;
  /** Null where the kind of `quality` predicts costs too. */
  cost: PredictorState | null;
}

/** What fitting may depend on besides rows. */
export interface FitOptions {
  /** Any safe integer; the same seed and rows give the same predictor, bit for bit. */
  seed: number;
  signal?: AbortSignal;
}
