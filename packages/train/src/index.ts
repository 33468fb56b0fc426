export { addInheritedCandidates, type InheritedCandidate } from "./candidates/add-inherited-candidates.js";
export { type Checkpoint, parseCheckpoint, serializeCheckpoint } from "./checkpoint/checkpoint.js";
export {
  type FittedRouterEmbedder,
  fitRouterEmbedder,
  fitSplitEmbedder,
  type RouterEmbedderOptions,
} from "./embedder/fit-router-embedder.js";
export { inferPrices, type TokenPrices } from "./prices/infer-prices.js";
export {
  type ChooseProbeOptions,
  chooseProbePrompts,
  type ProbeMethod,
} from "./probe/choose-probe-prompts.js";
export {
  type Completion,
  type ProbeOptions,
  type ProbePrompt,
  type ProbeResult,
  probeModel,
  type ScoredPrompt,
} from "./probe/probe-model.js";
export { type Scorer, type ScorerName, scorerNames, scorerOf, scorers } from "./probe/scorers.js";
export { dataHash } from "./rows/data-hash.js";
export { defaultSettings, resolveSettings, type TrainingSettings } from "./settings/training-settings.js";
export { type TrainedRouter, type TrainOptions, trainRouter } from "./train-router.js";
export type { TrainingProgress, ValidationPredictions } from "./trainer/progress.js";
export { resolveWorkers } from "./workers/threads-that-pay.js";
