import type { FitOptions, LabelledEmbeddings, QualityPredictor } from "../baseline.js";
import { assertTrainable, assertTunable, queryRows } from "../labels/assert-labelled.js";
import { priorMeans } from "../labels/prior-means.js";
import { calibratedWinRates } from "../pairs/win-rates.js";
import { type FactorTraining, trainFactors } from "./train-factors.js";

const sigmoid = (logits: Float32Array): Float32Array => logits.map((z) => 1 / (1 + Math.exp(-z)));

/**
 * EmbedLLM: matrix factorisation of scores, ŝ_m = σ(u_m · (W e + c)).
 *
 * Their prompt embedder is replaced by ours, as for all rivals; width and weight decay are tuned on validation rows.
 *
 * @throws as `assertTrainable` and `assertTunable`; OneheadError "aborted" once `signal` is aborted
 * Source: Zhuang et al. 2024 (arXiv 2410.02223), "EmbedLLM: learning compact representations of large language models"
 */
export function fitEmbedLlm(
  train: LabelledEmbeddings,
  validation: LabelledEmbeddings,
  options: FitOptions,
): Promise<QualityPredictor> {
  const form = { positive: false, biased: false };
  return fit("embedllm", "EmbedLLM", train, validation, { form, loss: "scores", quality: sigmoid }, options);
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
  const form = { positive: true, biased: true };
  return fit("irt", "item response", train, validation, { form, loss: "scores", quality: sigmoid }, options);
}

/**
 * RouteLLM's matrix factorisation, for any number of models: δ_m(e) = u_m · (W e + c) is trained on which of two models
 * scores higher, P(a beats b) = σ(δ_a − δ_b). A model's quality is its mean chance to beat the others, put on the scale of
 * scores by its mean; with two models the order of prompts is the published one.
 *
 * @throws as {@link fitEmbedLlm}
 * Source: Ong et al. 2024 (arXiv 2406.18665), "RouteLLM: learning to route LLMs with preference data"
 */
export function fitRouteLlmFactors(
  train: LabelledEmbeddings,
  validation: LabelledEmbeddings,
  options: FitOptions,
): Promise<QualityPredictor> {
  const form = { positive: false, biased: false };
  const N = train.table.models.length;
  const prior = priorMeans(train.table.scores, N);
  const quality = (logits: Float32Array): Float32Array => calibratedWinRates(logits, prior);
  return fit("routellm-mf", "RouteLLM factors", train, validation, { form, loss: "pairs", quality }, options);
}

async function fit(
  id: string,
  title: string,
  train: LabelledEmbeddings,
  validation: LabelledEmbeddings,
  training: FactorTraining,
  options: FitOptions,
): Promise<QualityPredictor> {
  assertTrainable(id, train);
  assertTunable(id, train, validation);
  const trained = await trainFactors(train, validation, training, options);
  return {
    id,
    name: `${title} ${trained.factors}, weight decay ${trained.weightDecay}`,
    predict(embeddings) {
      queryRows(id, embeddings, train.dimensions);
      return trained.predict(embeddings);
    },
  };
}
