import type { KernelPoints } from "./kernel-points.js";

/** Share of the rows that count as familiar. */
const familiarShare = 0.99;
/** Rows that are all alike, or few, must not make every other prompt strange at once. */
const leastReach = 0.05;

/**
 * Where novelty ν = 1 − |p|² of prompts that were not trained on ends: near is what 99 % of them stay below, far lies beyond it
 * by half of its distance from the median.
 *
 * @param points p: unit embeddings in the principal directions
 */
export function noveltyRange({ squares }: KernelPoints): { near: number; far: number } {
  const novelty = Float64Array.from(squares, (square) => Math.max(0, 1 - square)).sort();
  const at = (share: number): number => novelty[Math.floor(share * (novelty.length - 1))] ?? 0;
  const near = at(familiarShare);
  return { near, far: near + Math.max(leastReach, (near - at(0.5)) / 2) };
}
