import type { Baseline, CostPredictor, FitOptions, LabelledEmbeddings, QualityPredictor } from "./baseline.js";
import { type BaselineName, parseBaselineNames } from "./baseline-names.js";
import { fitAvengersPro } from "./clusters/fit-avengers-pro.js";
import { fitUniRouteKMeans } from "./clusters/fit-uniroute-k-means.js";
import { fitUniRouteMap } from "./clusters/fit-uniroute-map.js";
import { randomMix } from "./constant/random-mix.js";
import { singleModel } from "./constant/single-model.js";
import { fitZeroRouter } from "./constant/zero-router.js";
import { fitCostPredictor } from "./cost/fit-cost-predictor.js";
import { fitMeanCost } from "./cost/mean-cost.js";
import { fitEmbedLlm, fitItemResponse, fitRouteLlmFactors } from "./factors/fit-factors.js";
import { fitKernelRidgeRegression } from "./kernel/fit-kernel-ridge.js";
import { assertTrainable } from "./labels/assert-labelled.js";
import { fitJointMlp } from "./mlp/fit-joint-mlp.js";
import { fitMlpBag } from "./mlp/fit-mlp-bag.js";
import { type TunedMlp, tuneJointMlp } from "./mlp/tune-joint-mlp.js";
import { fitCarrot } from "./neighbours/fit-carrot.js";
import { fitFixedKnn, fitTunedKnn } from "./neighbours/fit-knn.js";
import { labelNeighbours } from "./neighbours/label-neighbours.js";
import type { NeighbourMeans } from "./neighbours/neighbour-means.js";
import { fitSimilarityRanking } from "./pairs/fit-similarity-ranking.js";
import { fitLinearSvr } from "./regressors/fit-linear-svr.js";
import { fitMlpRegressors } from "./regressors/fit-mlp-regressors.js";
import { fitRidge } from "./ridge/fit-ridge.js";
import { withCosts } from "./with-costs.js";
import { yieldToEvents } from "./yield-to-events.js";

export interface FitAllOptions extends FitOptions {
  /** Networks in the bag: as many as the router under test averages. */
  members: number;
  /** Names of {@link BaselineName}, or "all"; the quick ones unless given. */
  only?: readonly string[];
  /** What every tuned baseline is charged with; `fitCostPredictor` of the same rows unless given. */
  costs?: CostPredictor;
  /** Called before each fit with its name, how many are done and how many there are. */
  onProgress?: (progress: { name: BaselineName; done: number; total: number }) => void;
  /** Receives the routers of a name as soon as they are fitted; what it returns is awaited. */
  onFitted?: (name: BaselineName, baselines: readonly Baseline[]) => void | Promise<void>;
}

/**
 * Fits the rivals of an evaluation, in the order of `baselineNames`, each single model counting as one router.
 *
 * The tuned ones share one cost predictor. RouterBench's own (kNN 5, 10, 40) and the zero router keep the constant
 * price a model that they were published with.
 *
 * @throws as `assertTrainable` and, where something is tuned, `assertTunable`; OneheadError "invalid-argument" for an
 *   unknown name, "aborted" once `signal` is aborted
 */
export async function fitAllBaselines(
  train: LabelledEmbeddings,
  validation: LabelledEmbeddings,
  options: FitAllOptions,
): Promise<Baseline[]> {
  const names = parseBaselineNames(options.only);
  assertTrainable("fitAllBaselines", train);
  const context: FitContext = { train, validation, options, shared: sharedWork(train, validation, options) };
  const baselines: Baseline[] = [];
  for (const [done, name] of names.entries()) {
    options.onProgress?.({ name, done, total: names.length });
    await yieldToEvents("fitAllBaselines", options.signal);
    const fitted = await fitters[name](context);
    await options.onFitted?.(name, fitted);
    baselines.push(...fitted);
  }
  return baselines;
}

interface FitContext {
  train: LabelledEmbeddings;
  validation: LabelledEmbeddings;
  options: FitAllOptions;
  shared: SharedWork;
}

/** What several rivals need, made at the first need. */
interface SharedWork {
  neighbours(): NeighbourMeans;
  meanCost(): CostPredictor;
  costs(): CostPredictor;
  tunedMlp(): Promise<TunedMlp>;
}

function sharedWork(train: LabelledEmbeddings, validation: LabelledEmbeddings, options: FitAllOptions): SharedWork {
  const neighbours = once(() => labelNeighbours(train));
  return {
    neighbours,
    meanCost: once(() => fitMeanCost(train)),
    costs: once(() => options.costs ?? fitCostPredictor(train, validation, neighbours())),
    tunedMlp: once(() => tuneJointMlp(train, validation, options)),
  };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

const fitters: Record<BaselineName, (context: FitContext) => Baseline[] | Promise<Baseline[]>> = {
  single: ({ train }) => train.table.models.map((_, m) => singleModel(train, m)),
  random: ({ train, options }) => [randomMix(train, options.seed)],
  zero: ({ train, shared }) => [withCosts(fitZeroRouter(train), shared.meanCost())],
  "knn-5": (context) => publishedKnn(context, 5),
  "knn-10": (context) => publishedKnn(context, 10),
  "knn-40": (context) => publishedKnn(context, 40),
  svm: async ({ train, options, shared }) => [withCosts(await fitLinearSvr(train, options), shared.meanCost())],
  "mlp-regressors": async ({ train, options, shared }) => [
    withCosts(await fitMlpRegressors(train, options), shared.meanCost()),
  ],
  "mlp-regressors-2": async ({ train, options, shared }) => [
    withCosts(await fitMlpRegressors(train, options, 2), shared.meanCost()),
  ],
  carrot: ({ train, validation }) => [fitCarrot(train, validation)],
  "avengers-pro": ({ train, options }) => [fitAvengersPro(train, options)],
  "routellm-sw": ({ train, shared }) => [withCosts(fitSimilarityRanking(train), shared.costs())],
  "routellm-mf": (context) => tuned(context, fitRouteLlmFactors),
  embedllm: (context) => tuned(context, fitEmbedLlm),
  irt: (context) => tuned(context, fitItemResponse),
  "uniroute-k-means": (context) => tuned(context, fitUniRouteKMeans),
  "uniroute-map": (context) => tuned(context, fitUniRouteMap),
  "kernel-ridge": (context) => tuned(context, fitKernelRidgeRegression),
  knn: ({ train, validation, shared }) => [
    withCosts(fitTunedKnn(train, validation, shared.neighbours()), shared.costs()),
  ],
  ridge: ({ train, validation, shared }) => [withCosts(fitRidge(train, validation), shared.costs())],
  mlp: async ({ train, validation, options, shared }) => [
    withCosts(await fitJointMlp(train, validation, options, await shared.tunedMlp()), shared.costs()),
  ],
  bag: async ({ train, validation, options, shared }) => [
    withCosts(await fitMlpBag(train, validation, options, await shared.tunedMlp()), shared.costs()),
  ],
};

async function tuned(
  { train, validation, options, shared }: FitContext,
  fit: (train: LabelledEmbeddings, validation: LabelledEmbeddings, options: FitOptions) => Promise<QualityPredictor>,
): Promise<Baseline[]> {
  return [withCosts(await fit(train, validation, options), shared.costs())];
}

function publishedKnn({ train, shared }: FitContext, size: number): Baseline[] {
  return [withCosts(fitFixedKnn(train, size, shared.neighbours()), shared.meanCost())];
}
