import { OneheadError } from "@onehead/core";
import type { BootstrapOptions } from "../bootstrap/bootstrap-aiq.js";
import { type Estimate, estimateOf } from "../bootstrap/intervals.js";
import { createPromptResampler } from "../bootstrap/prompt-resampler.js";
import { runAt } from "../replay/choice-runs.js";
import type { Replay } from "../replay/replay.js";

/** A router at one λ against one model for everything, on the complete rows of a replay. */
export interface SettingAgainstModel {
  replay: Replay;
  /** Index into `replay.routers`. */
  router: number;
  /** Index into `replay.lambdasUsd`. */
  setting: number;
  /** Index into `replay.models`. */
  model: number;
}

/** What the router saves and what it does to quality, a prompt on average. */
export interface Savings {
  routerCostUsd: number;
  modelCostUsd: number;
  /** Model's mean cost less the router's; below 0 the router costs more. */
  savedUsd: Estimate;
  /** The same as a share of the model's; null where the model is free (in the rows, or in a resample of them). */
  savedShare: Estimate | null;
  /** Router's mean quality less the model's. */
  quality: Estimate;
}

/**
 * Bootstrap over prompts of the savings of a router at a fixed setting, or of their mean over the replays of several seeds.
 *
 *     saved = mean c_model − mean c_router,   share = saved / mean c_model,   quality = mean s_router − mean s_model
 *
 * Setting and model are given: they must have been chosen on other rows, or the interval does not count the choice.
 *
 * @param entries one a seed; each replay has at least one complete row
 * @throws OneheadError "invalid-argument" without entries, for an index out of range or a replay without complete rows
 * Source: Efron and Tibshirani 1993, the paired percentile bootstrap
 */
export function bootstrapSavings(entries: readonly SettingAgainstModel[], options: BootstrapOptions = {}): Savings {
  const { resamples = 1000, seed = 0 } = options;
  if (entries.length === 0) throw invalid("no entries: 0, expected at least 1");
  if (!(Number.isInteger(resamples) && resamples >= 2)) {
    throw invalid(`too few resamples: ${resamples}, expected an integer from 2`);
  }
  const rows = entries.map(outcomesOf);
  const meansOf = (weights: readonly ArrayLike<number>[]): Means => {
    const means = { routerCost: 0, modelCost: 0, quality: 0 };
    for (const [k, own] of rows.entries()) addMeans(means, own, weights[k], rows.length);
    return means;
  };
  const all = meansOf(rows.map(({ quality }) => new Uint8Array(quality.length).fill(1)));
  const resampler = createPromptResampler(
    entries.map(({ replay }) => replay.promptKeys),
    seed,
  );
  const draws = Array.from({ length: resamples }, () => {
    resampler.next();
    return meansOf(resampler.weights);
  });
  const estimate = (of: (means: Means) => number): Estimate | null => estimateOf(of(all), draws.map(of));
  return {
    routerCostUsd: all.routerCost,
    modelCostUsd: all.modelCost,
    savedUsd: estimate(({ modelCost, routerCost }) => modelCost - routerCost)!,
    savedShare: estimate(({ modelCost, routerCost }) => (modelCost > 0 ? 1 - routerCost / modelCost : Number.NaN)),
    quality: estimate(({ quality }) => quality)!,
  };
}

interface Means {
  routerCost: number;
  modelCost: number;
  quality: number;
}

/** (C) per row: both costs, and the difference in score. */
interface Outcomes {
  routerCost: Float64Array;
  modelCost: Float64Array;
  quality: Float64Array;
}

function outcomesOf({ replay, router, setting, model }: SettingAgainstModel): Outcomes {
  const { completeRows: C, scores, costsUsd } = replay;
  const N = replay.models.length;
  if (C === 0) throw invalid("replay has no complete row: 0, expected at least 1");
  assertIndex("router", router, replay.routers.length);
  assertIndex("setting", setting, replay.lambdasUsd.length);
  assertIndex("model", model, N);
  const { choices } = replay.routers[router];
  const outcomes = {
    routerCost: new Float64Array(C),
    modelCost: new Float64Array(C),
    quality: new Float64Array(C),
  };
  for (let row = 0; row < C; row++) {
    const chosen = row * N + choices.model[runAt(choices, row, setting)];
    const fixed = row * N + model;
    outcomes.routerCost[row] = costsUsd[chosen];
    outcomes.modelCost[row] = costsUsd[fixed];
    outcomes.quality[row] = scores[chosen] - scores[fixed];
  }
  return outcomes;
}

/** Adds one replay's weighted means, as one of `count`. */
function addMeans(means: Means, rows: Outcomes, weights: ArrayLike<number>, count: number): void {
  let total = 0;
  let routerCost = 0;
  let modelCost = 0;
  let quality = 0;
  for (let row = 0; row < rows.quality.length; row++) {
    const weight = weights[row];
    total += weight;
    routerCost += weight * rows.routerCost[row];
    modelCost += weight * rows.modelCost[row];
    quality += weight * rows.quality[row];
  }
  means.routerCost += routerCost / total / count;
  means.modelCost += modelCost / total / count;
  means.quality += quality / total / count;
}

function assertIndex(name: string, index: number, length: number): void {
  if (Number.isInteger(index) && index >= 0 && index < length) return;
  throw invalid(`${name} is out of range: ${index}, expected 0 to ${length - 1}`);
}

function invalid(what: string): OneheadError {
  return new OneheadError("invalid-argument", `bootstrapSavings: ${what}`);
}
