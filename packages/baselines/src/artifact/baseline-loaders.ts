import type { Baseline, CostPredictor, QualityPredictor } from "../baseline.js";
import { loadAvengersPro } from "../clusters/fit-avengers-pro.js";
import { loadUniRouteKMeans } from "../clusters/fit-uniroute-k-means.js";
import { loadUniRouteMap } from "../clusters/fit-uniroute-map.js";
import { loadRandomMix } from "../constant/random-mix.js";
import { loadSingleModel } from "../constant/single-model.js";
import { loadZeroRouter } from "../constant/zero-router.js";
import { loadCostPredictor } from "../cost/fit-cost-predictor.js";
import { loadMeanCost } from "../cost/mean-cost.js";
import { loadFactors } from "../factors/fit-factors.js";
import { loadKernelRidge } from "../kernel/fit-kernel-ridge.js";
import { loadMlps } from "../mlp/stored-mlps.js";
import { loadCarrot } from "../neighbours/fit-carrot.js";
import { loadKnn } from "../neighbours/fit-knn.js";
import { loadSimilarityRanking } from "../pairs/fit-similarity-ranking.js";
import { loadLinearSvr } from "../regressors/fit-linear-svr.js";
import { loadMlpRegressors } from "../regressors/fit-mlp-regressors.js";
import { loadRidge } from "../ridge/fit-ridge.js";
import type { StateReader } from "../state/state-reader.js";

/** Id and name as they were stored: names carry tuned settings. */
export interface BaselineLabel {
  id: string;
  name: string;
}

/** Readers by the `kind` of a quality predictor's state. */
export const qualityLoaders: Readonly<Record<string, (reader: StateReader, label: BaselineLabel) => QualityPredictor>> =
  {
    zero: loadZeroRouter,
    knn: loadKnn,
    svm: loadLinearSvr,
    "mlp-regressors": loadMlpRegressors,
    "routellm-sw": loadSimilarityRanking,
    "routellm-mf": (reader) => loadFactors(reader, "routellm-mf"),
    embedllm: (reader) => loadFactors(reader, "embedllm"),
    irt: (reader) => loadFactors(reader, "irt"),
    "uniroute-k-means": loadUniRouteKMeans,
    "uniroute-map": loadUniRouteMap,
    ridge: loadRidge,
    "kernel-ridge": loadKernelRidge,
    "joint-mlps": loadMlps,
  };

/** Readers of the kinds that predict costs too; `models` are the ids of the measured candidates, in order. */
export const wholeLoaders: Readonly<
  Record<string, (reader: StateReader, label: BaselineLabel, models: readonly string[]) => Baseline>
> = {
  single: (reader, _label, models) => loadSingleModel(reader, models),
  random: loadRandomMix,
  carrot: loadCarrot,
  "avengers-pro": loadAvengersPro,
};

/** Readers by the `kind` of a cost predictor's state. */
export const costLoaders: Readonly<Record<string, (reader: StateReader) => CostPredictor>> = {
  "mean-cost": loadMeanCost,
  "log-cost": loadCostPredictor,
};
