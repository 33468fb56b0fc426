import { createRandom, type TrainingBackend } from "@onehead/core/training";
import type { Profiles } from "../profiles/smoothed-profiles.js";
import type { TrainingSettings } from "../settings/training-settings.js";
import { LowRankNetwork } from "./low-rank-network.js";
import { ModelNetwork } from "./model-network.js";
import type { Network } from "./network.js";

export interface NetworkInputs {
  anchorCount: number;
  profiles: Profiles;
  dimensions: number;
  models: number;
}

/** Rows that a network takes at a time, the shards of its batches and more. */
const blockRows = 64;

/** τ of the attention over the models. */
export const attentionTemperature = 1;

/** A fresh network of the form that the settings name, with the start values of member `member`. */
export function createNetwork(
  settings: TrainingSettings,
  inputs: NetworkInputs,
  member: number,
  backend: TrainingBackend,
): Network {
  const { anchorCount, profiles, dimensions, models } = inputs;
  const random = createRandom(settings.seed, 1000 + member);
  const common = {
    dimensions,
    hiddenWidth: settings.hiddenWidth,
    models,
    maxRows: blockRows,
  };
  if (settings.form === "models") {
    // query and keys start at unit scale
    const sizes = {
      ...common,
      keyWidth: settings.keyWidth,
      profileWidth: anchorCount + 2,
      temperature: attentionTemperature,
    };
    return new ModelNetwork(sizes, modelEmbeddings(profiles, anchorCount, models), profiles, random, backend);
  }
  const rank = Math.min(settings.rank, models);
  return new LowRankNetwork({ ...common, rank }, profiles, random, backend);
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
