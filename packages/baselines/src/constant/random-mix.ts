import { hashBytes } from "@onehead/core";
import type { Baseline, LabelledEmbeddings } from "../baseline.js";
import type { StateReader } from "../state/state-reader.js";
import { fixedChoice, type MeanOutcomes, meanOutcomes, readMeanOutcomes } from "./fixed-choice.js";

/**
 * The router that takes any of the training rows' N models with equal probability.
 *
 * The draw is a seeded hash of the embedding, so that it depends neither on the order of the prompts nor on how they
 * are split into blocks; equal prompts draw equally.
 *
 * Source: the random router of RouteLLM (arXiv 2406.18665), for N models
 */
export function randomMix({ table, dimensions }: LabelledEmbeddings, seed: number): Baseline {
  return randomOf(meanOutcomes(table), dimensions, seed);
}

/** @throws ArtifactError naming the field */
export function loadRandomMix(reader: StateReader): Baseline {
  return randomOf(readMeanOutcomes(reader), reader.dimensions, reader.config.number("seed"));
}

function randomOf(means: MeanOutcomes, dimensions: number, seed: number): Baseline {
  const models = means.length / 2;
  const choose = (embeddings: Float32Array, start: number): number => {
    const bytes = new Uint8Array(embeddings.buffer, embeddings.byteOffset + start * 4, dimensions * 4);
    return Math.floor((hashBytes(bytes, seed) / 2 ** 32) * models);
  };
  const state = { kind: "random", config: { seed } };
  return fixedChoice({ id: "random", name: "random mix" }, means, dimensions, choose, state);
}
