import { argmaxReward, estimateTokens, OneheadError, type Preference, type Router } from "@onehead/core";
import { promptHash } from "@onehead/data";
import type { Embedder } from "@onehead/embed";
import type { CallPredictions, LabelledCalls } from "./cross-fitted-predictions.js";
import type { LoggedCall } from "./logged-calls.js";

/** Logged calls as arrays, with what the judged router predicts for each. */
export interface JudgedCalls extends LabelledCalls {
  predictions: CallPredictions;
  /** (C) chance of the logged choice. */
  propensities: Float64Array;
  /** (C) per call the chances of all models by name, or null. */
  allPropensities: LoggedCall["propensities"][];
}

const chunkRows = 256;

/** Embeds the calls and predicts every candidate's outcome for each. */
export async function judgeCalls(
  calls: readonly LoggedCall[],
  router: Router,
  embedder: Embedder,
  signal: AbortSignal | undefined,
): Promise<JudgedCalls> {
  const models = router.candidates.map(({ id }) => id);
  const C = calls.length;
  const N = models.length;
  const D = router.dimensions;
  const judged: JudgedCalls = {
    models,
    dimensions: D,
    embeddings: new Float32Array(C * D),
    inputTokens: Float64Array.from(calls, ({ prompt, inputTokens }) => inputTokens ?? estimateTokens(prompt)),
    logged: Int32Array.from(calls, ({ model }) => models.indexOf(model)),
    scores: Float64Array.from(calls, ({ score }) => score),
    costsUsd: Float64Array.from(calls, ({ costUsd }) => costUsd),
    promptKeys: Float64Array.from(calls, ({ prompt }) => promptHash(prompt)),
    propensities: Float64Array.from(calls, ({ propensity }) => propensity),
    allPropensities: calls.map(({ propensities }) => propensities),
    predictions: { quality: new Float32Array(C * N), costUsd: new Float64Array(C * N) },
  };
  for (let start = 0; start < C; start += chunkRows) {
    const end = Math.min(C, start + chunkRows);
    const prompts = calls.slice(start, end).map(({ prompt }) => prompt);
    const embeddings = await embedder.embed(prompts, signal === undefined ? {} : { signal });
    judged.embeddings.set(embeddings, start * D);
    const batch = router.predictBatch(embeddings, judged.inputTokens.subarray(start, end));
    judged.predictions.quality.set(batch.quality, start * N);
    judged.predictions.costUsd.set(batch.costUsd, start * N);
  }
  return judged;
}

/**
 * (C) position of the router's choice for every call at a preference.
 *
 * @throws OneheadError "invalid-argument" where it can choose none: no model has a price and finite predictions
 */
export function choicesOf({ predictions, models, logged }: JudgedCalls, preference: Preference): Int32Array {
  const { quality, costUsd } = predictions;
  const N = models.length;
  const choices = logged.map((_, call) => argmaxReward(preference, quality, costUsd, N, null, call * N));
  const without = choices.filter((choice) => choice < 0).length;
  if (without === 0) return choices;
  const found = `can choose no model for ${without} of ${choices.length} calls`;
  const expected = `expected a price and finite predictions of one of ${models.join(", ")}`;
  throw new OneheadError("invalid-argument", `offPolicy: artifact: ${found}, ${expected}`);
}

/**
 * Calls whose choice the log could not have held: its chance is known to be 0, or another model was certain.
 *
 * Where the log records the chance of its own choice alone, a choice of chance 0 shows only in weights that average below 1.
 */
export function countUnsupported(calls: JudgedCalls, choices: Int32Array): number {
  let unsupported = 0;
  choices.forEach((choice, call) => {
    if (choice === calls.logged[call]) return;
    const known = calls.allPropensities[call];
    const model = calls.models[choice];
    const chance = known === null || !Object.hasOwn(known, model) ? 0 : known[model];
    if (known === null ? calls.propensities[call] > 1 - 1e-9 : !(chance > 0)) unsupported++;
  });
  return unsupported;
}
