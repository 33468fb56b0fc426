import { createRandom } from "@onehead/core/training";

/** Prompts with the true chance of every model to be right, and what each of its answers costs. */
export interface World {
  prompts: number;
  models: number;
  /** (P, N) chance of a right answer. */
  chances: Float64Array;
  /** (P, N) USD. */
  costsUsd: Float64Array;
}

/** Dearer models are better; how much depends on the prompt. */
export function worldOf(seed: number, prompts = 400, models = 4): World {
  const random = createRandom(seed, 21);
  const chances = new Float64Array(prompts * models);
  for (let p = 0; p < prompts; p++) {
    const difficulty = random.normal();
    for (let m = 0; m < models; m++)
      chances[p * models + m] = 1 / (1 + Math.exp(difficulty - 0.6 * m - 0.3 * random.normal()));
  }
  return { prompts, models, chances, costsUsd: chances.map((_, i) => 0.001 * 2 ** (i % models)) };
}

/** A policy as (P, N) chances: mostly `favourite(prompt)`, else evenly any model. */
export function greedyPolicy(world: World, favourite: (prompt: number) => number, rate: number): Float64Array {
  return Float64Array.from(world.chances, (_, i) => {
    const prompt = Math.floor(i / world.models);
    return rate / world.models + (favourite(prompt) === i % world.models ? 1 - rate : 0);
  });
}

/** Mean score that a policy gets, by the true chances. */
export function trueQuality(world: World, policy: Float64Array): number {
  return policy.reduce((sum, chance, i) => sum + chance * world.chances[i], 0) / world.prompts;
}

/** One call a prompt, by the logging policy: the model of each and its 0/1 score. */
export function drawLog(
  world: World,
  policy: Float64Array,
  seed: number,
): { chosen: Int32Array; scores: Float64Array } {
  const random = createRandom(seed, 22);
  const chosen = new Int32Array(world.prompts);
  const scores = new Float64Array(world.prompts);
  for (let p = 0; p < world.prompts; p++) {
    let draw = random.uniform();
    let m = 0;
    while (m < world.models - 1 && draw >= policy[p * world.models + m]) draw -= policy[p * world.models + m++];
    chosen[p] = m;
    scores[p] = random.uniform() < world.chances[p * world.models + m] ? 1 : 0;
  }
  return { chosen, scores };
}
