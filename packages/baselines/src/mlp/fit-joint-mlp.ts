import type { FitOptions, LabelledEmbeddings, QualityPredictor } from "../baseline.js";
import { mlpPredictor } from "./stored-mlps.js";
import { describeSetting, type TunedMlp, tuneJointMlp } from "./tune-joint-mlp.js";

/**
 * One multilayer perceptron for all models, tuned.
 *
 * @param tuned `tuneJointMlp` of the same rows and seed, to share its work; done when not given
 * @throws as `tuneJointMlp`
 * Source: RouterBench (arXiv 2403.12031) trains an MLP a model; the shared trunk is ours
 */
export async function fitJointMlp(
  train: LabelledEmbeddings,
  validation: LabelledEmbeddings,
  options: FitOptions,
  tuned?: TunedMlp,
): Promise<QualityPredictor> {
  const { setting, first, scaling } = tuned ?? (await tuneJointMlp(train, validation, options));
  return mlpPredictor({ id: "mlp", name: `joint MLP, ${describeSetting(setting)}` }, [first.network], scaling);
}
