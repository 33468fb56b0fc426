import type { JsonValue, Tensor } from "@onehead/core";
import { floatTensor } from "../state/predictor-state.js";
import type { StateReader } from "../state/state-reader.js";
import type { FeatureScaling } from "./feature-scaling.js";

/** The two halves of a stored scaling. */
export function scalingConfig({ scale }: FeatureScaling): Record<string, JsonValue> {
  return { featureScale: scale };
}

export function scalingTensors({ means }: FeatureScaling): Record<string, Tensor> {
  return { featureMeans: floatTensor(means, means.length) };
}

/** @throws ArtifactError naming the field */
export function readScaling(reader: StateReader): FeatureScaling {
  const means = reader.doubles("featureMeans", reader.dimensions);
  return { means, scale: reader.config.number("featureScale", 0) };
}
