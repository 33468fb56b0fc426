import type { LabelledEmbeddings, QualityPredictor } from "../baseline.js";
import { type FeatureScaling, fitFeatureScaling, scaleFeatures } from "../features/feature-scaling.js";
import { readScaling, scalingConfig, scalingTensors } from "../features/stored-scaling.js";
import { assertTrainable, assertTunable, queryRows } from "../labels/assert-labelled.js";
import { maskedLogLoss } from "../labels/masked-log-loss.js";
import { priorMeans } from "../labels/prior-means.js";
import { floatTensor } from "../state/predictor-state.js";
import type { StateReader } from "../state/state-reader.js";
import { type RidgeSolution, ridgeDeviations, ridgePath } from "./ridge-path.js";

/** Penalties that are tried, in units of one label's weight on a feature of variance 1. */
const ridgePenalties: readonly number[] = [10, 30, 100, 300, 1e3, 3e3, 1e4, 3e4, 1e5];
/** Shares of the deviation from the model's mean that are tried. */
const ridgeShares: readonly number[] = [0.5, 0.7, 0.85, 1];

/**
 * Ridge regression a model on scaled embeddings, shrunk toward the model's mean and clipped:
 *
 *   ŝ_m = clip(mean_m + share · w_m · (x − x̄_m), 0, 1)
 *
 * Penalty and share, the same for all models, are those of least validation log loss.
 *
 * @throws as `assertTrainable` and `assertTunable`
 * Source: Hoerl and Kennard, Technometrics 12 (1970)
 */
export function fitRidge(train: LabelledEmbeddings, validation: LabelledEmbeddings): QualityPredictor {
  assertTrainable("fitRidge", train);
  assertTunable("fitRidge", train, validation);
  const { dimensions, table } = train;
  const prior = priorMeans(table.scores, table.models.length);
  const scaling = fitFeatureScaling(train.embeddings, dimensions);
  const features = scaleFeatures(train.embeddings, scaling);
  const solutions = ridgePath(features, dimensions, table.scores, prior.length, ridgePenalties);

  const validationFeatures = scaleFeatures(validation.embeddings, scaling);
  let best = { solution: solutions[0], share: 1, loss: Number.POSITIVE_INFINITY };
  for (const solution of solutions) {
    const deviations = ridgeDeviations(solution, validationFeatures, dimensions);
    for (const share of ridgeShares) {
      const loss = maskedLogLoss(clippedQuality(deviations, share, prior), validation.table.scores);
      if (loss < best.loss) best = { solution, share, loss };
    }
  }
  return predictorOf({ ...best, scaling, prior }, dimensions);
}

/** @throws ArtifactError naming the field */
export function loadRidge(reader: StateReader): QualityPredictor {
  const { config, dimensions: D, models: N } = reader;
  const solution = {
    penalty: config.positive("penalty"),
    weights: reader.floats("weights", N, D),
    offsets: reader.doubles("offsets", N),
  };
  const share = config.number("share", 0, 1);
  return predictorOf({ solution, share, scaling: readScaling(reader), prior: reader.upTo(1, "prior", N) }, D);
}

interface FittedRidge {
  solution: RidgeSolution;
  share: number;
  scaling: FeatureScaling;
  /** (N). */
  prior: Float64Array;
}

function predictorOf({ solution, share, scaling, prior }: FittedRidge, D: number): QualityPredictor {
  const N = prior.length;
  return {
    id: "ridge",
    name: `ridge ${solution.penalty}, share ${share}`,
    predict(embeddings) {
      queryRows("ridge", embeddings, D);
      return clippedQuality(ridgeDeviations(solution, scaleFeatures(embeddings, scaling), D), share, prior);
    },
    toState: () => ({
      kind: "ridge",
      config: { penalty: solution.penalty, share, ...scalingConfig(scaling) },
      tensors: {
        weights: floatTensor(solution.weights, N, D),
        offsets: floatTensor(solution.offsets, N),
        prior: floatTensor(prior, N),
        ...scalingTensors(scaling),
      },
    }),
  };
}

function clippedQuality(deviations: Float32Array, share: number, prior: Float64Array): Float32Array {
  const quality = new Float32Array(deviations.length);
  for (let i = 0; i < quality.length; i++) {
    quality[i] = Math.min(1, Math.max(0, prior[i % prior.length] + share * deviations[i]));
  }
  return quality;
}
