export { trainedPrompts } from "./artifact/embedded-rows.js";
export {
  type ArtifactEvaluation,
  type EvaluateArtifactOptions,
  evaluateArtifact,
} from "./artifact/evaluate-artifact.js";
export { type HeldOutSet, type HeldOutSummary, heldOutSet } from "./artifact/held-out-summary.js";
export { promptsToEmbed } from "./artifact/prompts-to-embed.js";
export { readHeldOutSummary } from "./artifact/read-held-out-summary.js";
export { type BootstrapDraws, type BootstrapOptions, bootstrapAiq } from "./bootstrap/bootstrap-aiq.js";
export { type ComparedOnSet, type GainOverSets, gainOverSets } from "./bootstrap/gain-over-sets.js";
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
  ChosenResult,
  Comparison,
  CurveResult,
  EvaluationResult,
  PairResult,
  PoolResult,
  PredictionResult,
  RouterResult,
  RowCounts,
  SavingsAgainst,
  SavingsResult,
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
export {
  type PredictedIncurred,
  type PredictedIncurredSetting,
  predictedIncurred,
} from "./metrics/predicted-incurred.js";
export { type DecadeStep, preferenceSensitivity } from "./metrics/preference-sensitivity.js";
export { type QualityNeutralCost, qualityNeutralCost } from "./metrics/quality-neutral-cost.js";
export { Reliability, type ReliabilityBin } from "./metrics/reliability.js";
export { type Selection, selectionOf } from "./metrics/selection.js";
export {
  type EvaluateOffPolicyOptions,
  evaluateOffPolicy,
  type OffPolicyEvaluation,
  type OffPolicySetting,
} from "./off-policy/evaluate-off-policy.js";
export { importanceWeights, summarizeWeights, type WeightSummary } from "./off-policy/importance-weights.js";
export type { OffPolicyEstimates } from "./off-policy/off-policy-estimates.js";
export { toOffPolicyReport } from "./off-policy/off-policy-report.js";
export { type LoggedOutcome, type OffPolicyValue, offPolicyValue } from "./off-policy/off-policy-value.js";
export type { OffPolicyVerdict } from "./off-policy/off-policy-verdict.js";
export { type ChoiceRuns, runAt, selectionCounts } from "./replay/choice-runs.js";
export { costQualityCurve } from "./replay/cost-quality-curve.js";
export { createReplay, type ReplayRecorder } from "./replay/create-replay.js";
export { dearestMeanCostUsd, lambdaGrid, withLambda } from "./replay/lambda-grid.js";
export type { RecordedRows } from "./replay/recorded-rows.js";
export type { PredictionQuality, Replay, ReplayRouter, RouterReplay, RouterRole } from "./replay/replay.js";
export { costRangeOf, randomMixPoint, singleModelPoints } from "./replay/single-models.js";
export { type PictureKind, type PictureOptions, toSvgPicture } from "./report/charts/picture-file.js";
export { type HtmlReportOptions, toHtmlReport } from "./report/html/html-report.js";
export { type TextReportOptions, toTextReport } from "./report/text/text-report.js";
export { bootstrapSavings, type Savings, type SettingAgainstModel } from "./savings/bootstrap-savings.js";
export { type SavingsOptions, savingsOf } from "./savings/savings-of.js";
