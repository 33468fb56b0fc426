import type { Candidate, Prices } from "../artifact/manifest.js";

/** One prompt that the new model has answered. */
export interface NewModelSample {
  /** (D) embedding of the prompt, by the artifact's embedder. */
  embedding: Float32Array;
  /** How good the answer was, 0 to 1. */
  score: number;
  /** What was counted or billed; leave out what is not known. */
  inputTokens?: number | undefined;
  outputTokens?: number | undefined;
  costUsd?: number | undefined;
}

/** A model to be added to a trained router. */
export interface NewModel extends Pick<Candidate, "id" | "aliases" | "provider" | "capabilities"> {
  /** Needed wherever the router counts tokens, or the samples have tokens and no cost. */
  prices?: Prices | undefined;
  /** Any number: none, and the model is what its price says of it. */
  samples: readonly NewModelSample[];
  /** The embedder that made the embeddings, to have it checked against the artifact's. */
  embedder?: { readonly id: string; readonly dimensions: number } | undefined;
}
