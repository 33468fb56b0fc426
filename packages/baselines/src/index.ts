export type {
  Baseline,
  CostPredictor,
  FitOptions,
  LabelledEmbeddings,
  Predictions,
  QualityPredictor,
} from "./baseline.js";
export { randomMix } from "./constant/random-mix.js";
export { singleModel } from "./constant/single-model.js";
export { fitZeroRouter } from "./constant/zero-router.js";
export { fitMeanCost } from "./cost/mean-cost.js";
export { withCosts } from "./with-costs.js";
