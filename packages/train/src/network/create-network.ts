import { createRandom } from "@onehead/core";
import type { Profiles } from "../profiles/smoothed-profiles.js";
import type { TrainingSettings } from "../settings/training-settings.js";
import { AnchorNetwork } from "./anchor-network.js";
import { LowRankNetwork } from "./low-rank-network.js";
import { ModelNetwork } from "./model-network.js";
import type { Network } from "./network.js";

export interface NetworkInputs {
  /** (P, D). */
  anchors: Float32Array;
  anchorCount: number;
  profiles: Profiles;
  dimensions: number;
  models: number;
}

/** A fresh network of the form that the settings name, with the start values of member `member`. */
export function createNetwork(settings: TrainingSettings, inputs: NetworkInputs, member: number): Network {
  const { anchors, anchorCount, profiles, dimensions, models } = inputs;
  const random = createRandom(settings.seed, 1000 + member);
  const common = {
    dimensions,
    keyWidth: settings.keyWidth,
    hiddenWidth: settings.hiddenWidth,
    models,
    temperature: attentionTemperature(settings),
    maxRows: settings.batchRows,
  };
  if (settings.form === "models") {
    const sizes = { ...common, profileWidth: anchorCount + 2 };
    return new ModelNetwork(sizes, modelEmbeddings(profiles, anchorCount, models), profiles, random);
  }
  const rank = Math.min(settings.rank, models);
  if (settings.form === "low-rank") return new LowRankNetwork({ ...common, rank }, profiles, random);
  const sizes = { ...common, anchors: anchorCount, rank };
  return new AnchorNetwork(sizes, anchors, profiles, random);
}

/** τ: over anchors the starting kernel is exp(κ cos), so τ = κ √K; over models q and k start at unit scale, so τ = 1. */
export function attentionTemperature(settings: TrainingSettings): number {
  return settings.form === "anchors" ? settings.sharpness * Math.sqrt(settings.keyWidth) : 1;
}

/** (M, P + 2): the two biases and the profile at every anchor, scaled so that a profile has about unit length. */
function modelEmbeddings(profiles: Profiles, P: number, M: number): Float32Array {
  const width = P + 2;
  const out = new Float32Array(M * width);
  const scale = 1 / Math.sqrt(P);
  for (let m = 0; m < M; m++) {
    out[m * width] = profiles.qualityBias[m];
    out[m * width + 1] = profiles.costBias[m] - profiles.costBias[0];
    for (let j = 0; j < P; j++) out[m * width + 2 + j] = scale * profiles.quality[j * M + m];
  }
  return out;
}
