import type { FitOptions, LabelledEmbeddings, QualityPredictor } from "../baseline.js";
import { scaleFeatures } from "../features/feature-scaling.js";
import { readScaling, scalingConfig, scalingTensors } from "../features/stored-scaling.js";
import { assertTrainable, assertTunable, queryRows } from "../labels/assert-labelled.js";
import { priorMeans } from "../labels/prior-means.js";
import { floatTensor } from "../state/predictor-state.js";
import type { StateReader } from "../state/state-reader.js";
import { FactorNetwork, type FactorSizes, factorShapes } from "./factor-network.js";
import { type FactorLoss, factorQuality, type TrainedFactors, trainFactors } from "./train-factors.js";

/** The published factorisations. */
export type FactorKind = "embedllm" | "irt" | "routellm-mf";

interface FactorModel {
  title: string;
  form: Pick<FactorSizes, "positive" | "biased">;
  loss: FactorLoss;
}

const models: Record<FactorKind, FactorModel> = {
  embedllm: { title: "EmbedLLM", form: { positive: false, biased: false }, loss: "scores" },
  irt: { title: "item response", form: { positive: true, biased: true }, loss: "scores" },
  "routellm-mf": { title: "RouteLLM factors", form: { positive: false, biased: false }, loss: "pairs" },
};

/**
 * EmbedLLM: matrix factorisation of scores, ŝ_m = σ(u_m · (W e + c)).
 *
 * Their prompt embedder is replaced by ours, as for all rivals; width and weight decay are tuned on validation rows in
 * place of their 232 factors and noise.
 *
 * @throws as `assertTrainable` and `assertTunable`; OneheadError "aborted" once `signal` is aborted
 * Source: Zhuang et al. 2024 (arXiv 2410.02223), "EmbedLLM: learning compact representations of large language models"
 */
export function fitEmbedLlm(
  train: LabelledEmbeddings,
  validation: LabelledEmbeddings,
  options: FitOptions,
): Promise<QualityPredictor> {
  return fit("embedllm", train, validation, options);
}

/**
 * Item response theory with prompt features: ŝ_m = σ(a(e)·θ_m + b_m − d(e)), a = σ(W e + c) the discriminations, d = g·e
 * the difficulty.
 *
 * @throws as {@link fitEmbedLlm}
 * Source: Song et al. 2025 (arXiv 2506.01048), "IRT-Router", its multidimensional form
 */
export function fitItemResponse(
  train: LabelledEmbeddings,
  validation: LabelledEmbeddings,
  options: FitOptions,
): Promise<QualityPredictor> {
  return fit("irt", train, validation, options);
}

/**
 * RouteLLM's matrix factorisation, for any number of models: δ_m(e) = u_m · (W e + c) is trained on which of two models
 * scores higher, P(a beats b) = σ(δ_a − δ_b). A model's quality is its mean chance to beat the others, put on the scale of
 * scores by its mean; with two models the order of prompts is the published one.
 *
 * Width and weight decay are tuned in place of their 128 factors, noise and vectors of length 1; c is ours.
 *
 * @throws as {@link fitEmbedLlm}
 * Source: Ong et al. 2024 (arXiv 2406.18665), "RouteLLM: learning to route LLMs with preference data"
 */
export function fitRouteLlmFactors(
  train: LabelledEmbeddings,
  validation: LabelledEmbeddings,
  options: FitOptions,
): Promise<QualityPredictor> {
  return fit("routellm-mf", train, validation, options);
}

async function fit(
  kind: FactorKind,
  train: LabelledEmbeddings,
  validation: LabelledEmbeddings,
  options: FitOptions,
): Promise<QualityPredictor> {
  assertTrainable(kind, train);
  assertTunable(kind, train, validation);
  const { form, loss } = models[kind];
  const prior = priorMeans(train.table.scores, train.table.models.length);
  const trained = await trainFactors(train, validation, { form, loss, prior }, options);
  return predictorOf(kind, trained, prior);
}

/** @throws ArtifactError naming the field */
export function loadFactors(reader: StateReader, kind: FactorKind): QualityPredictor {
  const sizes = {
    dimensions: reader.dimensions,
    factors: reader.config.count("factors", 1),
    models: reader.models,
    ...models[kind].form,
  };
  const network = new FactorNetwork(sizes, new Float32Array(sizes.models), 0);
  for (const [name, shape] of factorShapes(sizes)) network.parameters.get(name)?.set(reader.floats(name, ...shape));
  const trained = {
    network,
    scaling: readScaling(reader),
    weightDecay: reader.config.number("weightDecay", 0),
    usual: reader.doubles("usual", sizes.models),
  };
  return predictorOf(kind, trained, reader.upTo(1, "prior", sizes.models));
}

function predictorOf(
  kind: FactorKind,
  { network, scaling, weightDecay, usual }: TrainedFactors,
  prior: Float64Array,
): QualityPredictor {
  const { sizes } = network;
  return {
    id: kind,
    name: `${models[kind].title} ${sizes.factors}, weight decay ${weightDecay}`,
    predict(embeddings) {
      const R = queryRows(kind, embeddings, sizes.dimensions);
      const { logits } = network.forward(scaleFeatures(embeddings, scaling), R);
      return factorQuality(models[kind].loss, logits, prior, usual);
    },
    toState: () => ({
      kind,
      config: { factors: sizes.factors, weightDecay, ...scalingConfig(scaling) },
      tensors: {
        ...Object.fromEntries(
          factorShapes(sizes).map(([name, shape]) => [
            name,
            floatTensor(network.parameters.get(name) as Float32Array, ...shape),
          ]),
        ),
        prior: floatTensor(prior, prior.length),
        usual: floatTensor(usual, prior.length),
        ...scalingTensors(scaling),
      },
    }),
  };
}
