import { invalidArgument } from "../errors/invalid-argument.js";
import type { Random } from "../random/random.js";

/** Opt-in ε-greedy exploration: what makes a log from which another router can be judged. */
export interface Exploration {
  /** ε in [0, 1]: share of requests whose model is drawn evenly from the eligible candidates. */
  rate: number;
  /** Where chance comes from: `createRandom(seed)`, or anything with a `uniform()` in [0, 1). */
  random: Pick<Random, "uniform">;
}

/** Which of the eligible candidates serves, and how likely that was. */
export interface ExploredChoice {
  /** Position among the eligible ones, best first. */
  index: number;
  /** Chance that this request had of getting this model, in (0, 1]. */
  propensity: number;
}

/**
 * Draws among `eligible` candidates, the best of which is at 0: with chance ε any of them, else the best.
 *
 *   p(best) = 1 − ε + ε / K,   p(any other) = ε / K
 *
 * Takes one number of `random`, so that equal streams give equal choices.
 *
 * @param eligible K from 1
 * @throws OneheadError "invalid-argument" naming the field
 */
export function explore(exploration: Exploration, eligible: number): ExploredChoice {
  const { rate, random } = exploration;
  if (typeof rate !== "number" || !(rate >= 0 && rate <= 1)) {
    throw invalidArgument("decide: exploration.rate", rate, "a number from 0 to 1");
  }
  const where = "decide: exploration.random";
  if (typeof random?.uniform !== "function") throw invalidArgument(where, typeof random, "an object with uniform()");
  const draw = random.uniform();
  if (!(draw >= 0 && draw < 1)) throw invalidArgument(`${where}.uniform()`, draw, "a number from 0, below 1");
  // the first ε of [0, 1) is split into K equal parts
  const index = draw < rate ? Math.min(eligible - 1, Math.floor((draw / rate) * eligible)) : 0;
  return { index, propensity: (index === 0 ? 1 - rate : 0) + rate / eligible };
}
