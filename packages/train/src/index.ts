export { addInheritedCandidates, type InheritedCandidate } from "./candidates/add-inherited-candidates.js";
export { type Checkpoint, parseCheckpoint, serializeCheckpoint } from "./checkpoint/checkpoint.js";
export { inferPrices, type TokenPrices } from "./prices/infer-prices.js";
export { dataHash } from "./rows/data-hash.js";
export { defaultSettings, resolveSettings, type TrainingSettings } from "./settings/training-settings.js";
export { type TrainedRouter, type TrainOptions, trainRouter } from "./train-router.js";
export type { TrainingProgress, ValidationPredictions } from "./trainer/progress.js";
