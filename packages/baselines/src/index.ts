export type {
  Baseline,
  CostPredictor,
  FitOptions,
  LabelledEmbeddings,
  Predictions,
  QualityPredictor,
} from "./baseline.js";
export { type BaselineName, baselineNames, parseBaselineNames } from "./baseline-names.js";
export { randomMix } from "./constant/random-mix.js";
export { singleModel } from "./constant/single-model.js";
export { fitZeroRouter } from "./constant/zero-router.js";
export { fitCostPredictor } from "./cost/fit-cost-predictor.js";
export { fitMeanCost } from "./cost/mean-cost.js";
export { type FitAllOptions, fitAllBaselines } from "./fit-all-baselines.js";
export { fitJointMlp } from "./mlp/fit-joint-mlp.js";
export { fitMlpBag } from "./mlp/fit-mlp-bag.js";
export { type TunedMlp, tuneJointMlp } from "./mlp/tune-joint-mlp.js";
export { fitFixedKnn, fitTunedKnn } from "./neighbours/fit-knn.js";
export { labelNeighbours } from "./neighbours/label-neighbours.js";
export type { NeighbourMeans } from "./neighbours/neighbour-means.js";
export { fitRidge } from "./ridge/fit-ridge.js";
export { withCosts } from "./with-costs.js";
