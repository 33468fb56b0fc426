/** What training reports as it goes; every event carries what a progress line needs. */
export type TrainingProgress =
  | { stage: "embedder" | "anchors" | "kernel" | "clusters" | "calibration"; fraction: number }
  | {
      stage: "member";
      /** 0-based, of `members`. */
      member: number;
      members: number;
      /** 1-based, of at most `epochs`. */
      epoch: number;
      epochs: number;
      /** Mean log loss per label of the training rows (with dropout) and of the validation rows. */
      trainingLoss: number;
      validationLoss: number;
      bestValidationLoss: number;
      /** Share of all epochs done, counting a stopped member as finished. */
      fraction: number;
      /** At the pace so far, if no further member stops early. */
      remainingMs: number;
      /** Validation rows with the member's predictions for them, computed when called; null without such rows. */
      validation: () => ValidationPredictions | null;
    };

/** All (R, M): what a metric of the user's choice needs. */
export interface ValidationPredictions {
  models: string[];
  quality: Float32Array;
  costUsd: Float64Array;
  scores: Float32Array;
  costsUsd: Float64Array;
}
