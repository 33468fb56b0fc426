export {
  type Artifact,
  type Precision,
  parseArtifact,
  type SerializeOptions,
  serializeArtifact,
} from "./artifact/artifact.js";
export { ArtifactError } from "./artifact/artifact-error.js";
export type { JsonValue } from "./artifact/field-reader.js";
export {
  type Candidate,
  type Capabilities,
  type ExternalModel,
  formatVersionOf,
  type KernelModel,
  type Manifest,
  type NetworkModel,
  type NewModelPrior,
  networkModel,
  type Prices,
  type Profile,
} from "./artifact/manifest.js";
export { parseSafetensors, type Safetensors, writeSafetensors } from "./artifact/safetensors.js";
export { findNonFinite, hashTensor, type Tensor, type TensorMap } from "./artifact/tensor.js";
export type { Decision, RankedCandidate } from "./decision/decision.js";
export type { Exclusion, ExclusionReason, Requirements } from "./decision/eligibility.js";
export type { Exploration } from "./decision/exploration.js";
export { matchesGlob } from "./decision/glob.js";
export { NoEligibleModelError } from "./decision/no-eligible-model-error.js";
export { type Dial, type PreferenceOptions, resolvePreference } from "./decision/preference.js";
export {
  argmaxReward,
  exponentialReward,
  linearReward,
  type Preference,
  type RewardKind,
  rewardOf,
} from "./decision/reward.js";
export { OneheadError, type OneheadErrorCode } from "./errors/onehead-error.js";
export { assertAtLeast, assertLength, ShapeError } from "./errors/shape-error.js";
export type { ExternalPredictions } from "./external/external-predictions.js";
export type { Feedback, FeedbackCorrection, JudgedDecision } from "./feedback/feedback.js";
export type { FeedbackState } from "./feedback/feedback-state.js";
export type { Learner } from "./feedback/learner.js";
export type { Learning } from "./feedback/learning.js";
export { hashBytes, hashString } from "./hash/hash-string.js";
export { type Backend, jsBackend } from "./kernels/backend.js";
export { fastExp, sigmoid } from "./kernels/exp.js";
export { gelu } from "./kernels/gelu.js";
export { layerNorm } from "./kernels/layer-norm.js";
export { matmul, matmulTransposedA, matmulTransposedB } from "./kernels/matmul.js";
export { softmaxRows } from "./kernels/softmax.js";
export { addProbedModel, removeProbedModel } from "./new-models/add-probed-model.js";
export { type KnownOutputs, knownOutputs } from "./new-models/known-outputs.js";
export type { NewModel, NewModelSample } from "./new-models/new-model.js";
export type { BatchChoices } from "./router/batch-choices.js";
export type { DecisionRequest } from "./router/decision-request.js";
export type { AnchorInfluence } from "./router/explain-anchors.js";
export type { PoolOptions, PriceFactor } from "./router/pool.js";
export type { PredictionBatch } from "./router/predictor.js";
export { type Choice, Router, type RouterOptions } from "./router/router.js";
export type {
  BatchBlock,
  BatchInput,
  BatchRow,
  BatchTerms,
  BatchWorkers,
  CheckedBlock,
  ScoreBatchOptions,
  ScoredBlock,
} from "./router/score-batch.js";
export { estimateTokens } from "./tokens/estimate-tokens.js";
