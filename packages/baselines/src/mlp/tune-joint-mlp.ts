import type { FitOptions, LabelledEmbeddings } from "../baseline.js";
import { type FeatureScaling, fitFeatureScaling, scaleFeatures } from "../features/feature-scaling.js";
import { assertTrainable, assertTunable } from "../labels/assert-labelled.js";
import { priorMeans } from "../labels/prior-means.js";
import { type MlpSetting, type MlpTraining, type TrainedMlp, trainJointMlp } from "./train-joint-mlp.js";

/**
 * Settings that are tried. Beyond them validation loss no longer falls on routerbench, llmrouter_nim and mmlu_pro; 30 epochs
 * instead of 12 gave the same.
 */
const mlpGrid: readonly MlpSetting[] = [
  { width: 64, weightDecay: 0.5, dropout: 0.5, learningRate: 1.5e-3 },
  { width: 64, weightDecay: 2, dropout: 0.2, learningRate: 1.5e-3 },
  { width: 64, weightDecay: 2, dropout: 0.2, learningRate: 5e-3 },
  { width: 128, weightDecay: 2, dropout: 0.5, learningRate: 1.5e-3 },
  { width: 128, weightDecay: 5, dropout: 0.2, learningRate: 1.5e-3 },
  { width: 128, weightDecay: 10, dropout: 0.2, learningRate: 5e-3 },
  { width: 256, weightDecay: 0.1, dropout: 0.5, learningRate: 1.5e-3 },
];

/** The tuned setting with the rows it was tuned on, from which any number of members can be trained. */
export interface TunedMlp {
  setting: MlpSetting;
  /** Member 0 of that setting, which the tuning trained. */
  first: TrainedMlp;
  scaling: FeatureScaling;
  /** What the other members are trained on. */
  task: Omit<MlpTraining, "member" | "signal">;
}

/**
 * Trains one joint MLP of each setting of the grid and keeps that of least validation log loss.
 *
 * @throws as `assertTrainable` and `assertTunable`; OneheadError "aborted", "diverged"
 */
export async function tuneJointMlp(
  train: LabelledEmbeddings,
  validation: LabelledEmbeddings,
  { seed, signal }: FitOptions,
): Promise<TunedMlp> {
  assertTrainable("tuneJointMlp", train);
  assertTunable("tuneJointMlp", train, validation);
  const scaling = fitFeatureScaling(train.embeddings, train.dimensions);
  const scored = ({ embeddings, table }: LabelledEmbeddings) => ({
    features: scaleFeatures(embeddings, scaling),
    scores: table.scores,
    rows: table.ids.length,
  });
  const prior = priorMeans(train.table.scores, train.table.models.length);
  const bias = prior.map((mean) => Math.log(mean / (1 - mean)));
  const rows = { training: scored(train), validation: scored(validation), bias, seed };
  let best: TunedMlp | undefined;
  for (const setting of mlpGrid) {
    const task = { ...rows, setting };
    const first = await trainJointMlp({ ...task, member: 0, signal });
    if (!best || first.validationLoss < best.first.validationLoss) best = { setting, first, scaling, task };
  }
  return best as TunedMlp;
}

/** "width 64, decay 0.1, dropout 0.3, rate 0.0015". */
export function describeSetting({ width, weightDecay, dropout, learningRate }: MlpSetting): string {
  return `width ${width}, decay ${weightDecay}, dropout ${dropout}, rate ${learningRate}`;
}
