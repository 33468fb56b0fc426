export { baselinePredictions, loadBaseline } from "./artifact/load-baseline.js";
export { type BaselineArtifactOptions, type StorableEmbedder, toArtifact } from "./artifact/to-artifact.js";
export type {
  Baseline,
  BaselineState,
  CostPredictor,
  FitOptions,
  LabelledEmbeddings,
  Predictions,
  QualityPredictor,
} from "./baseline.js";
export {
  type BaselineName,
  baselineNames,
  parseBaselineNames,
  publishedBaselineNames,
  quickBaselineNames,
} from "./baseline-names.js";
export { fitAvengersPro } from "./clusters/fit-avengers-pro.js";
export { fitUniRouteKMeans } from "./clusters/fit-uniroute-k-means.js";
export { fitUniRouteMap } from "./clusters/fit-uniroute-map.js";
export { randomMix } from "./constant/random-mix.js";
export { singleModel } from "./constant/single-model.js";
export { fitZeroRouter } from "./constant/zero-router.js";
export { fitCostPredictor } from "./cost/fit-cost-predictor.js";
export { fitMeanCost } from "./cost/mean-cost.js";
export { fitEmbedLlm, fitItemResponse, fitRouteLlmFactors } from "./factors/fit-factors.js";
export { type FitAllOptions, fitAllBaselines } from "./fit-all-baselines.js";
export { fitKernelRidgeRegression } from "./kernel/fit-kernel-ridge.js";
export { fitJointMlp } from "./mlp/fit-joint-mlp.js";
export { fitMlpBag } from "./mlp/fit-mlp-bag.js";
export { type TunedMlp, tuneJointMlp } from "./mlp/tune-joint-mlp.js";
export { fitCarrot } from "./neighbours/fit-carrot.js";
export { fitFixedKnn, fitTunedKnn } from "./neighbours/fit-knn.js";
export { labelNeighbours } from "./neighbours/label-neighbours.js";
export type { NeighbourMeans } from "./neighbours/neighbour-means.js";
export { fitSimilarityRanking } from "./pairs/fit-similarity-ranking.js";
export { fitLinearSvr } from "./regressors/fit-linear-svr.js";
export { fitMlpRegressors } from "./regressors/fit-mlp-regressors.js";
export { fitRidge } from "./ridge/fit-ridge.js";
export type { PredictorState } from "./state/predictor-state.js";
export { fitTaskTable, type TaskTable } from "./tasks/fit-task-table.js";
export { withCosts } from "./with-costs.js";
