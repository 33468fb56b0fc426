import { OneheadError } from "@onehead/core";
import type { BootstrapDraws } from "./bootstrap-aiq.js";
import { type BootstrapMetric, type Estimate, entryOf, estimateOf } from "./intervals.js";

/** One set of prompts: its bootstrap, and whom to compare on it. */
export interface ComparedOnSet {
  draws: BootstrapDraws;
  id: string;
  /** May be another entry on each set: the best baseline there. */
  against: string;
}

/** How much better the first is on the mean of the sets. */
export interface GainOverSets {
  /** Mean value of the first and of the other. */
  value: number;
  againstValue: number;
  difference: Estimate;
  /** Difference over the other's value: 0.01 is 1 % better. */
  relative: Estimate;
}

/**
 * Difference of two entries on the mean of several sets, with the interval of a joint bootstrap: draw i takes resample i of
 * every set, so sets are resampled each on its own.
 *
 *     d_i = mean over sets of v_i(first) − mean over sets of v_i(other),   relative = d_i / mean over sets of v_i(other)
 *
 * @returns null where a value does not exist on some set (logAIQ of a pool with a free model), or the other's mean is 0, which
 *   nothing is relative to
 * @throws OneheadError "invalid-argument" without sets, for an id that is no entry, when the sets differ in resamples or have fewer
 *   than two
 */
export function gainOverSets(sets: readonly ComparedOnSet[], metric: BootstrapMetric): GainOverSets | null {
  if (sets.length === 0) {
    throw new OneheadError("invalid-argument", "gainOverSets: no sets: 0, expected at least 1");
  }
  const count = sets[0].draws.resamples.length;
  for (const { draws } of sets) {
    if (draws.resamples.length === count) continue;
    const found = `${draws.resamples.length} resamples`;
    throw new OneheadError("invalid-argument", `gainOverSets: sets differ: ${found}, expected ${count} on each`);
  }
  const entries = sets.map(({ draws, id, against }) => [entryOf(draws, id), entryOf(draws, against)]);
  const meanOver = (side: 0 | 1, valuesOf: (draws: BootstrapDraws) => ArrayLike<number>): number =>
    sets.reduce((sum, { draws }, k) => sum + valuesOf(draws)[entries[k][side]], 0) / sets.length;
  const value = meanOver(0, ({ estimate }) => estimate[metric]);
  const againstValue = meanOver(1, ({ estimate }) => estimate[metric]);
  const drawn = Array.from({ length: count }, (_, i) => {
    const at = ({ resamples }: BootstrapDraws): ArrayLike<number> => resamples[i][metric];
    return { first: meanOver(0, at), other: meanOver(1, at) };
  });
  const difference = estimateOf(
    value - againstValue,
    drawn.map(({ first, other }) => first - other),
  );
  const relative = estimateOf(
    value / againstValue - 1,
    drawn.map(({ first, other }) => first / other - 1),
  );
  return difference === null || relative === null ? null : { value, againstValue, difference, relative };
}
