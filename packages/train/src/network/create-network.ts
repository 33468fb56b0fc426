import { createRandom, type TrainingBackend } from "@onehead/core/training";
import type { TrainingSettings } from "../settings/training-settings.js";
import { LowRankNetwork } from "./low-rank-network.js";
import { ModelNetwork } from "./model-network.js";
import type { Network } from "./network.js";
import type { StartingBiases } from "./starting-biases.js";

export interface NetworkInputs {
  biases: StartingBiases;
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
  { biases, dimensions, models }: NetworkInputs,
  member: number,
  backend: TrainingBackend,
): Network {
  const { form, keyWidth, hiddenWidth, rank, dropout, queryDropout, headDropout } = settings;
  const random = createRandom(settings.seed, 1000 + member);
  const common = { dimensions, hiddenWidth, models, maxRows: blockRows };
  if (form === "models") {
    const sizes = { ...common, keyWidth, temperature: attentionTemperature, queryDropout, headDropout };
    return new ModelNetwork(sizes, biases, random, backend);
  }
  return new LowRankNetwork({ ...common, rank: Math.min(rank, models), dropout }, biases, random, backend);
}
