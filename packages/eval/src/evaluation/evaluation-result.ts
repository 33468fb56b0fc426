import type { RewardKind } from "@onehead/core";
import type { Estimate, PairedDifference } from "../bootstrap/intervals.js";
import type { CostQualityPoint } from "../curve/cost-quality-point.js";
import type { PairGap } from "../metrics/pair-gap.js";
import type { QualityNeutralCost } from "../metrics/quality-neutral-cost.js";
import type { ReliabilityBin } from "../metrics/reliability.js";
import type { RouterRole } from "../replay/replay.js";

/**
 * All figures of one evaluation, as JSON: no NaN, no Infinity, null for what does not exist.
 *
 * Fields are only ever added within a schema version.
 */
export interface EvaluationResult {
  schemaVersion: 1;
  models: string[];
  /** The sweep that every router made: 0 takes the cheapest; null stands for Infinity, which takes the best. */
  lambdasUsd: (number | null)[];
  heldOut: RowCounts;
  /** The rows on which settings, reference model and best baseline are chosen; null where there were none. */
  validation: RowCounts | null;
  /** Why there are no curves; null where there are. */
  withoutCurves: string | null;
  /** What needs complete rows; null where there are none. */
  pool: PoolResult | null;
  /** In the order they were given in; one of them is the subject. */
  routers: RouterResult[];
  /** The subject against every other router, "oracle", "zero", "random" and each single model. */
  comparisons: Comparison[];
  /** Id of the rival (zero router included) with the highest AIQ on the validation rows, and where there are none, here. */
  bestBaseline: { id: string; chosenOn: ChosenOn } | null;
  bootstrap: { resamples: number; seed: number } | null;
  /** What the subject would have saved against always asking one model; null without complete rows. */
  savings: SavingsResult | null;
}

export interface RowCounts {
  rows: number;
  /** Rows with a score and a cost of every model: those that curves are made of. */
  completeRows: number;
  /** Rows left out of the curves of all routers alike. */
  incompleteRows: number;
}

export type ChosenOn = "validation" | "held-out";

/** What the recorded rows say before any router is asked. */
export interface PoolResult {
  /** Mean costs of the cheapest and of the dearest single model: the range of AIQ. */
  minCostUsd: number;
  maxCostUsd: number;
  /** The best single model: what QNC and the cost at 95 % quality are measured against. */
  reference: { model: string; chosenOn: ChosenOn };
  singleModels: SingleModelResult[];
  /** Hull of the single models; `setting` counts models. */
  zeroRouter: CurveResult;
  /** Any model with equal probability, in expectation. */
  randomMix: CurveResult;
  /** The linear reward on true scores and costs; its last point is the plain oracle, the best score at the least cost. */
  oracle: CurveResult;
}

export interface SingleModelResult extends CostQualityPoint {
  model: string;
  /** Rows that know a score of it, complete or not. */
  scoredRows: number;
  aiq: Estimate;
  logAiq: Estimate | null;
}

/** A cost-quality curve and all that is read from it. */
export interface CurveResult {
  /** Incurred mean cost and quality at each setting. */
  points: CostQualityPoint[];
  /** Upper concave hull of the points and the cheapest model. */
  hull: CostQualityPoint[];
  aiq: Estimate;
  /** Null where the cheapest model is free. */
  logAiq: Estimate | null;
  /** Null without complete validation rows. */
  aiqHeldOut: number | null;
  /** RouterBench's repository, over the routers and the zero router as its set; null for what is not in the set. */
  aiqRepository: number | null;
  bestQuality: { hindsight: SettingResult; heldOut: SettingResult | null };
  qualityNeutralCost: { hindsight: QualityNeutralCost; heldOut: QualityNeutralCost | null };
  /** Least cost on the hull for 95 % of the reference model's quality; null where it is not reached. */
  costAt95: { costUsd: number; ratio: number | null } | null;
  /** AIQ of the oracle less this one. */
  oracleGap: number;
}

/** One setting and what it yields on the held-out rows. */
export interface SettingResult extends CostQualityPoint {
  /** Index into `lambdasUsd`. */
  setting: number;
}

export interface RouterResult {
  id: string;
  name: string;
  role: RouterRole;
  reward: RewardKind;
  curve: CurveResult | null;
  selection: SelectionResult | null;
  /** RouteLLM's measures; null unless the pool is a pair with a gap. */
  pair: PairResult | null;
  predictions: PredictionResult | null;
  /** Predictions of the chosen rows against what they yielded; null without complete rows. */
  chosen: ChosenResult | null;
}

export interface SelectionResult {
  /** (L) rows of (N) shares of prompts. */
  share: number[][];
  /** (L) entropy over ln N. */
  entropy: number[];
  /** The most even mixture of the sweep: near 0, the router has collapsed. */
  largestEntropy: number;
}

export interface PairResult extends PairGap {
  weak: string;
  strong: string;
}

export interface PredictionResult {
  /** Known scores that were predicted. */
  entries: number;
  /** Nats. */
  logLoss: number;
  /** Expected calibration error, 15 bins of equal mass. */
  calibrationError: number;
  /** What a perfectly calibrated predictor would score on as many entries. */
  calibrationErrorIfCalibrated: number;
  bins: ReliabilityBin[];
}

/** What the router predicted of the rows that it chose, against what it got and paid for them. */
export interface ChosenResult {
  /** Mean over λ of predicted less incurred mean quality; null where quality only encodes a fixed choice. */
  optimism: number | null;
  /** Mean over λ of |predicted − incurred| / incurred mean cost; null where nothing is paid. */
  costError: number | null;
  /** Share of λ at which that is within 5 % and two standard errors. */
  costWithin: number | null;
}

export interface Comparison {
  against: string;
  name: string;
  aiq: PairedDifference;
  logAiq: PairedDifference | null;
}

/** The subject at one λ against single models. */
export interface SavingsResult {
  /** Null stands for Infinity. */
  lambdaUsd: number | null;
  lambdaChosenOn: ChosenOn | "given";
  /** Complete held-out rows, on which all of this is measured. */
  rows: number;
  /** Subject's incurred mean cost and quality. */
  costUsd: number;
  quality: number;
  comparisons: SavingsAgainst[];
}

export interface SavingsAgainst {
  /** Best on the rows of choice, dearest there, or the one in use. */
  against: "best" | "dearest" | "current";
  model: string;
  modelCostUsd: number;
  modelQuality: number;
  /** A prompt on average; below 0 the subject costs more. */
  savedUsd: Estimate;
  /** Share of the model's cost; null where it is free. */
  savedShare: Estimate | null;
  /** Subject's mean quality less the model's. */
  quality: Estimate;
  verdict: "saves" | "costs-more" | "not-enough-evidence";
  /** Why there is not enough evidence; null where there is. */
  reason: string | null;
  qualityChange: "lower" | "higher" | "not-told-apart";
}
