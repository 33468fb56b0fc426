import { OneheadError } from "@onehead/core";
import type { BootstrapDraws } from "./bootstrap-aiq.js";

/** A value with what the bootstrap says about it. */
export interface Estimate {
  value: number;
  /** 95 % percentile interval. */
  interval: [low: number, high: number];
  /** Standard deviation over the resamples. */
  standardError: number;
}

/** A difference of two entries on the same prompts. */
export interface PairedDifference extends Estimate {
  /** Share of the resamples in which the first is above the second. */
  winShare: number;
}

export type BootstrapMetric = "aiq" | "logAiq";

/**
 * An entry's value with its interval.
 *
 * @returns null where the value does not exist (logAIQ of a pool with a free model)
 * @throws OneheadError "invalid-argument" for an id that is no entry, or draws of fewer than two resamples
 */
export function intervalOf(draws: BootstrapDraws, metric: BootstrapMetric, id: string): Estimate | null {
  const entry = entryOf(draws, id);
  return estimateOf(
    draws.estimate[metric][entry],
    draws.resamples.map((values) => values[metric][entry]),
  );
}

/**
 * Value of `id` less that of `against`, with the interval of the paired differences.
 *
 * @returns null as {@link intervalOf}
 * @throws as {@link intervalOf}
 */
export function differenceOf(
  draws: BootstrapDraws,
  metric: BootstrapMetric,
  id: string,
  against: string,
): PairedDifference | null {
  const [first, second] = [entryOf(draws, id), entryOf(draws, against)];
  const differences = draws.resamples.map((values) => values[metric][first] - values[metric][second]);
  const estimate = estimateOf(draws.estimate[metric][first] - draws.estimate[metric][second], differences);
  if (estimate === null) return null;
  return { ...estimate, winShare: differences.filter((difference) => difference > 0).length / differences.length };
}

/** Index of an entry. @throws OneheadError "invalid-argument" for an id that is none */
export function entryOf(draws: BootstrapDraws, id: string): number {
  const entry = draws.ids.indexOf(id);
  if (entry >= 0) return entry;
  const expected = `expected one of ${draws.ids.join(", ")}`;
  throw new OneheadError("invalid-argument", `bootstrapAiq: unknown entry: ${id}, ${expected}`);
}

/**
 * A value with the interval of what it is on resamples; null where it does not exist on all of them, as a finite number.
 *
 * @throws OneheadError "invalid-argument" for fewer than two resamples, which have no standard deviation
 */
export function estimateOf(value: number, resampled: readonly number[]): Estimate | null {
  if (resampled.length < 2) {
    throw new OneheadError("invalid-argument", `bootstrapAiq: resamples: ${resampled.length}, expected at least 2`);
  }
  if (!Number.isFinite(value) || !resampled.every(Number.isFinite)) return null;
  const sorted = Float64Array.from(resampled).sort();
  const mean = sorted.reduce((sum, draw) => sum + draw, 0) / sorted.length;
  const squares = sorted.reduce((sum, draw) => sum + (draw - mean) ** 2, 0);
  return {
    value,
    interval: [quantile(sorted, 0.025), quantile(sorted, 0.975)],
    standardError: Math.sqrt(squares / (sorted.length - 1)),
  };
}

/** Quantile by linear interpolation between order statistics (Hyndman and Fan's type 7). */
function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}
