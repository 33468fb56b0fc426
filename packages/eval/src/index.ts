export { trainedPrompts } from "./artifact/embedded-rows.js";
export {
  type ArtifactEvaluation,
  type EvaluateArtifactOptions,
  evaluateArtifact,
} from "./artifact/evaluate-artifact.js";
export { type HeldOutSet, type HeldOutSummary, heldOutSet } from "./artifact/held-out-summary.js";
export { type BootstrapDraws, type BootstrapOptions, bootstrapAiq } from "./bootstrap/bootstrap-aiq.js";
export {
  type BootstrapMetric,
  differenceOf,
  type Estimate,
  intervalOf,
  type PairedDifference,
} from "./bootstrap/intervals.js";
export { costQualityHull } from "./curve/cost-quality-hull.js";
export type { CostQualityPoint } from "./curve/cost-quality-point.js";
export { costAtQuality, qualityAtCost } from "./curve/polyline.js";
export { type EvaluateOptions, evaluate } from "./evaluation/evaluate.js";
export type {
  ChosenOn,
  Comparison,
  CurveResult,
  EvaluationResult,
  PairResult,
  PoolResult,
  PredictionResult,
  RouterResult,
  RowCounts,
  SelectionResult,
  SettingResult,
  SingleModelResult,
} from "./evaluation/evaluation-result.js";
export { type EvaluatedRouter, type ReplayChunksOptions, replayChunks } from "./evaluation/replay-chunks.js";
export { summarizeReplays } from "./evaluation/summarize-replays.js";
export { aiq, type CostRange, logAiq } from "./metrics/aiq.js";
export { aiqHeldOut } from "./metrics/aiq-held-out.js";
export { aiqRepository } from "./metrics/aiq-repository.js";
export { bestSetting } from "./metrics/best-setting.js";
export { logLoss } from "./metrics/log-loss.js";
export { type PairGap, type PairPoint, pairGap } from "./metrics/pair-gap.js";
export { type QualityNeutralCost, qualityNeutralCost } from "./metrics/quality-neutral-cost.js";
export { Reliability, type ReliabilityBin } from "./metrics/reliability.js";
export { type Selection, selectionOf } from "./metrics/selection.js";
export { type ChoiceRuns, selectionCounts } from "./replay/choice-runs.js";
export { costQualityCurve } from "./replay/cost-quality-curve.js";
export { createReplay, type ReplayRecorder } from "./replay/create-replay.js";
export { dearestMeanCostUsd, lambdaGrid } from "./replay/lambda-grid.js";
export type { RecordedRows } from "./replay/recorded-rows.js";
export type { PredictionQuality, Replay, ReplayRouter, RouterReplay, RouterRole } from "./replay/replay.js";
export { costRangeOf, randomMixPoint, singleModelPoints } from "./replay/single-models.js";
export { type HtmlReportOptions, toHtmlReport } from "./report/html/html-report.js";
export { type TextReportOptions, toTextReport } from "./report/text/text-report.js";
