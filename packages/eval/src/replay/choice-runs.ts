import { argmaxReward, type RewardKind } from "@onehead/core";
import { GrowingArray } from "./growing-array.js";

/**
 * What a router chooses for each row as λ rises, as runs of equal choice.
 *
 * A row's choice changes three or four times over the sweep, so runs take a twentieth of the room of an (R, L) matrix, and
 * sums over rows at all λ take a twentieth of the additions.
 */
export interface ChoiceRuns {
  /** (R + 1) row r owns the runs rowStart[r] .. rowStart[r + 1] − 1; its first run starts at setting 0. */
  rowStart: Uint32Array;
  /** Setting (index of λ) at which each run starts, rising within a row. */
  setting: Uint16Array;
  /** Model that the run takes. */
  model: Uint16Array;
  /** What was predicted of that model: its quality, and its cost in USD. */
  predictedQuality: Float32Array;
  predictedCostUsd: Float64Array;
}

/** Collects {@link ChoiceRuns} row by row. */
export class ChoiceRecorder {
  readonly #reward: RewardKind;
  readonly #lambdasUsd: ArrayLike<number>;
  readonly #rowStart = new GrowingArray((length) => new Uint32Array(length));
  readonly #setting = new GrowingArray((length) => new Uint16Array(length));
  readonly #model = new GrowingArray((length) => new Uint16Array(length));
  readonly #quality = new GrowingArray((length) => new Float32Array(length));
  readonly #costUsd = new GrowingArray((length) => new Float64Array(length));

  /** @param lambdasUsd rising; 0 takes the cheapest, Infinity the best */
  constructor(reward: RewardKind, lambdasUsd: ArrayLike<number>) {
    this.#reward = reward;
    this.#lambdasUsd = lambdasUsd;
    this.#rowStart.push(0);
  }

  /**
   * Chooses for one row at every λ by the decision rule of core.
   *
   * @param quality, costUsd predictions of N models from `offset`; a model with a NaN is never chosen
   * @returns false, and nothing is recorded, when no model can be chosen
   */
  record(quality: ArrayLike<number>, costUsd: ArrayLike<number>, models: number, offset: number): boolean {
    let held = -1;
    for (let setting = 0; setting < this.#lambdasUsd.length; setting++) {
      // the least positive number stands for 0, at which the reward of a free model would be 0/0
      const lambdaUsd = this.#lambdasUsd[setting] || Number.MIN_VALUE;
      const chosen = argmaxReward({ reward: this.#reward, lambdaUsd }, quality, costUsd, models, null, offset);
      if (chosen < 0) return false;
      if (chosen === held) continue;
      this.#setting.push(setting);
      this.#model.push(chosen);
      this.#quality.push(quality[offset + chosen]);
      this.#costUsd.push(costUsd[offset + chosen]);
      held = chosen;
    }
    this.#rowStart.push(this.#setting.length);
    return true;
  }

  finish(): ChoiceRuns {
    return {
      rowStart: this.#rowStart.toArray(),
      setting: this.#setting.toArray(),
      model: this.#model.toArray(),
      predictedQuality: this.#quality.toArray(),
      predictedCostUsd: this.#costUsd.toArray(),
    };
  }
}

/** The run that a row is in at a setting. */
export function runAt(runs: ChoiceRuns, row: number, setting: number): number {
  let run = runs.rowStart[row];
  // a row has three or four runs: nothing is faster than passing them
  while (run + 1 < runs.rowStart[row + 1] && runs.setting[run + 1] <= setting) run++;
  return run;
}

/** (L, N) rows that each model gets at each setting. */
export function selectionCounts(runs: ChoiceRuns, settings: number, models: number): Float64Array {
  const counts = new Float64Array(settings * models);
  for (let row = 0; row + 1 < runs.rowStart.length; row++) {
    for (let run = runs.rowStart[row]; run < runs.rowStart[row + 1]; run++) {
      const end = run + 1 < runs.rowStart[row + 1] ? runs.setting[run + 1] : settings;
      for (let setting = runs.setting[run]; setting < end; setting++) counts[setting * models + runs.model[run]]++;
    }
  }
  return counts;
}
