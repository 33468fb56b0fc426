import { hashBytes } from "@onehead/core";
import type { Baseline } from "../baseline.js";
import type { StateReader } from "../state/state-reader.js";
import { fixedChoice } from "./fixed-choice.js";

/**
 * The router that takes any of N models with equal probability.
 *
 * The draw is a seeded hash of the embedding, so that it depends neither on the order of the prompts nor on how they
 * are split into blocks; equal prompts draw equally.
 *
 * Source: the random router of RouteLLM (arXiv 2406.18665), for N models
 */
export function randomMix(models: number, dimensions: number, seed: number): Baseline {
  const choose = (embeddings: Float32Array, start: number): number => {
    const bytes = new Uint8Array(embeddings.buffer, embeddings.byteOffset + start * 4, dimensions * 4);
    return Math.floor((hashBytes(bytes, seed) / 2 ** 32) * models);
  };
  const state = { kind: "random", config: { seed } };
  return fixedChoice({ id: "random", name: "random mix" }, models, dimensions, choose, state);
}

/** @throws ArtifactError naming the field */
export function loadRandomMix(reader: StateReader): Baseline {
  return randomMix(reader.models, reader.dimensions, reader.config.number("seed"));
}
