import { type Artifact, knownOutputs, type NewModelPrior, OneheadError } from "@onehead/core";
import { createRandom } from "@onehead/core/training";
import { greedyDesign } from "./greedy-design.js";

/**
 * How prompts are chosen: "stratified" draws one at random from every quantile of difficulty (the first component of the
 * measured models' logits); "design" takes the most telling next prompt, again and again; "random" draws.
 */
export type ProbeMethod = "stratified" | "design" | "random";

export interface ChooseProbeOptions {
  /**
   * "stratified" unless given. Nothing beat random prompts beyond chance where it was measured (bench/results/new-models.md);
   * strata cost nothing and keep an unlucky draw from being all easy or all hard.
   */
  method?: ProbeMethod | undefined;
  /** Any safe integer; 0 unless given. */
  seed?: number | undefined;
}

const methods: readonly ProbeMethod[] = ["stratified", "design", "random"];

/**
 * Chooses which prompts a new model should be scored on before it is added.
 *
 * @param embeddings (R, D) of the prompts that could be scored, by the artifact's embedder
 * @param count      prompts wanted; all where there are no more
 * @returns row numbers in the order in which they should be scored: whoever stops early has a fair part
 * @throws OneheadError "invalid-argument" for a count that is no whole number from 1, a method that is none, or embeddings that
 *   are no whole rows; "artifact" where the artifact was trained without the basis for new models
 */
export function chooseProbePrompts(
  artifact: Artifact,
  embeddings: Float32Array,
  count: number,
  options: ChooseProbeOptions = {},
): Int32Array {
  const { method = "stratified", seed = 0 } = options;
  const { newModels, embedder } = artifact.manifest;
  const R = embeddings.length / embedder.dimensions;
  if (!Number.isInteger(count) || count < 1) throw bad("count", count, "a whole number of at least 1");
  if (!methods.includes(method)) throw bad("method", method, `one of ${methods.join(", ")}`);
  if (!Number.isInteger(R)) throw bad("embeddings", `${embeddings.length} values`, `rows of ${embedder.dimensions}`);
  const random = createRandom(seed, 211);
  const order = Int32Array.from({ length: R }, (_, r) => r);
  random.shuffle(order);
  if (method === "random" || count >= R) return order.slice(0, count);

  const { components } = knownOutputs(artifact, embeddings);
  // knownOutputs has refused an artifact without them
  const prior = newModels as NewModelPrior;
  if (method === "design") return greedyDesign(components, prior, count);
  const T = prior.components;
  // a stable sort of shuffled rows: equal prompts fall anywhere
  const byDifficulty = order.sort((a, b) => components[a * T] - components[b * T]);
  const chosen = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const start = Math.floor((i * R) / count);
    const end = Math.floor(((i + 1) * R) / count);
    chosen[i] = byDifficulty[start + random.integer(end - start)];
  }
  random.shuffle(chosen);
  return chosen;
}

function bad(field: string, value: unknown, expected: string): OneheadError {
  return new OneheadError("invalid-argument", `chooseProbePrompts: ${field}: ${String(value)}, expected ${expected}`);
}
