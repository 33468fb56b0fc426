import type { Manifest } from "../artifact/manifest.js";
import { invalidArgument } from "../errors/invalid-argument.js";

/** One anchor prompt and how much of the prediction came from it. */
export interface AnchorInfluence {
  /** Row id and task of the training prompt. */
  id: string;
  dataset: string;
  /** Attention weight in [0, 1], all anchors sum to 1. */
  weight: number;
  /** The prompt's first characters, where the artifact was trained with them. */
  excerpt?: string;
}

/**
 * The `count` anchors of the largest `weights` (P, or none), strongest first; all where there are no more.
 *
 * @throws OneheadError "invalid-argument" for a count that is no whole number of at least 0
 */
export function explainAnchors(manifest: Manifest, weights: Float32Array, count: number): AnchorInfluence[] {
  if (!Number.isInteger(count) || count < 0) {
    throw invalidArgument("explainAnchors: count", count, "a whole number of at least 0");
  }
  const { ids, datasets, excerpts } = manifest.anchors;
  const order = Array.from(weights.keys()).sort((a, b) => weights[b] - weights[a] || a - b);
  return order.slice(0, count).map((j) => ({
    id: ids[j],
    dataset: datasets[j],
    weight: weights[j],
    ...(excerpts === undefined ? {} : { excerpt: excerpts[j] }),
  }));
}
