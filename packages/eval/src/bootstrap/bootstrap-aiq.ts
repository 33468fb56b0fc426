import { OneheadError } from "@onehead/core";
import type { Replay } from "../replay/replay.js";
import { type EntryValues, entryIds, PoolCurves } from "./pool-curves.js";
import { createPromptResampler } from "./prompt-resampler.js";

export interface BootstrapOptions {
  /** 1,000 unless given; at least 2. */
  resamples?: number;
  /** Any safe integer; 0 unless given. */
  seed?: number;
}

/** Values on the rows as they are, and on every resample of their prompts. */
export interface BootstrapDraws {
  /** E entries: routers by id, "oracle", "zero", "random", "single:<model>". */
  ids: string[];
  /** E values on all rows. */
  estimate: EntryValues;
  /** One a resample; entry e of every resample was computed on the same prompts, so that differences are paired. */
  resamples: EntryValues[];
}

/**
 * Bootstrap over prompts of AIQ and logAIQ of every entry of one replay, or of their mean over the replays of several seeds.
 *
 * Every resample draws as many prompts as the replays hold together, with replacement; a prompt takes its rows in *every*
 * replay along. Curves, hulls and the range of costs are recomputed in each resample. With several seeds this is one
 * bootstrap of the seed-averaged value: held-out parts of different seeds overlap, so their standard error would be too small
 * by up to the square root of their number.
 *
 * A resample costs about four additions a row and router: a choice changes that often over the sweep.
 *
 * @param replays one a seed, all with the same models and routers
 * @throws OneheadError "invalid-argument" without replays, with one that has no complete row, or when they differ in entries
 * Source: Efron and Tibshirani 1993, the paired percentile bootstrap
 */
export function bootstrapAiq(replays: readonly Replay[], options: BootstrapOptions = {}): BootstrapDraws {
  const { resamples: count = 1000, seed = 0 } = options;
  const ids = assertComparable(replays, count);
  const curves = replays.map((replay) => new PoolCurves(replay));
  const meanOver = (weights: readonly ArrayLike<number>[]): EntryValues => {
    const sums = { aiq: new Float64Array(ids.length), logAiq: new Float64Array(ids.length) };
    for (const [k, pool] of curves.entries()) pool.addTo(sums, weights[k]);
    return {
      aiq: sums.aiq.map((sum) => sum / replays.length),
      logAiq: sums.logAiq.map((sum) => sum / replays.length),
    };
  };

  const estimate = meanOver(replays.map(({ completeRows }) => new Uint8Array(completeRows).fill(1)));
  const resampler = createPromptResampler(
    replays.map(({ promptKeys }) => promptKeys),
    seed,
  );
  const resamples: EntryValues[] = [];
  for (let i = 0; i < count; i++) {
    resampler.next();
    resamples.push(meanOver(resampler.weights));
  }
  return { ids, estimate, resamples };
}

function assertComparable(replays: readonly Replay[], count: number): string[] {
  if (replays.length === 0) throw invalid("no replays: 0, expected at least 1");
  if (!(Number.isInteger(count) && count >= 2))
    throw invalid(`too few resamples: ${count}, expected an integer from 2`);
  const ids = entryIds(replays[0]);
  for (const [k, replay] of replays.entries()) {
    if (replay.completeRows === 0) throw invalid(`replay ${k} has no complete row: 0, expected at least 1`);
    const others = entryIds(replay);
    if (others.join("\n") !== ids.join("\n")) {
      throw invalid(`replay ${k} has other entries: ${others.join(", ")}, expected ${ids.join(", ")}`);
    }
  }
  return ids;
}

function invalid(what: string): OneheadError {
  return new OneheadError("invalid-argument", `bootstrapAiq: ${what}`);
}
