import type { RewardKind } from "@onehead/core";
import type { Reliability } from "../metrics/reliability.js";
import type { ChoiceRuns } from "./choice-runs.js";

/**
 * What a router is there for: the one under test, the same one with another reward, or a rival. Only rivals may be the best
 * baseline. A reference knows what no router can know before the call, such as the true task of a prompt: a line to look up
 * to, never one to beat.
 */
export type RouterRole = "subject" | "variant" | "baseline" | "reference";

/** A router as a replay knows it: not how it predicts, only how it is called and which reward turns predictions into choices. */
export interface ReplayRouter {
  /** Unique among the routers of a replay; "single:…", "zero", "random" and "oracle" are what the replay itself adds. */
  id: string;
  /** Shown in tables. */
  name: string;
  role: RouterRole;
  reward: RewardKind;
  /** False where the predicted quality only encodes a fixed choice: log loss and calibration are then left out. */
  estimatesQuality: boolean;
}

/** What a router did on the recorded rows, and how good its predictions were. */
export interface RouterReplay extends ReplayRouter {
  /** Its choices on the complete rows. */
  choices: ChoiceRuns;
  /** Over every known score; null where `estimatesQuality` is false or no score is known. */
  predictions: PredictionQuality | null;
}

export interface PredictionQuality {
  /** Mean binary cross-entropy, nats. */
  logLoss: number;
  reliability: Reliability;
}

/**
 * Everything that metrics and the bootstrap need of recorded rows: truth and choices, never a prompt.
 *
 * Curves and single models count *complete* rows only, those with a score and a cost of every model, the same for all. Log
 * loss and calibration take every known score.
 */
export interface Replay {
  models: string[];
  /** (L) rising, from 0 (cheapest) to Infinity (best). */
  lambdasUsd: Float64Array;
  /** Rows seen. */
  rows: number;
  /** C, those of them that are complete. */
  completeRows: number;
  /** (C) number of the prompt; rows with the same number are resampled together. */
  promptKeys: Float64Array;
  /** (C, N) scores of the complete rows. */
  scores: Float32Array;
  /** (C, N) USD. */
  costsUsd: Float64Array;
  /** (N) rows that know a score of the model, complete or not. */
  scoredRows: Float64Array;
  routers: RouterReplay[];
  /** Choices of the oracle that knows scores and costs, under the linear reward. */
  oracle: ChoiceRuns;
}
