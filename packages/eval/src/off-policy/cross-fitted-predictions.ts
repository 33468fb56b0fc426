import { fitCostPredictor, fitRidge, type LabelledEmbeddings } from "@onehead/baselines";
import { createRandom } from "@onehead/core/training";
import type { RowTable } from "@onehead/data";

/** Predicted outcomes of every model on C calls, row-major (C, N). */
export interface CallPredictions {
  quality: Float32Array;
  costUsd: Float64Array;
}

/** The calls that a model of outcomes learns from. */
export interface LabelledCalls {
  models: readonly string[];
  /** (C, D). */
  embeddings: Float32Array;
  dimensions: number;
  inputTokens: Float64Array;
  /** (C) position of the model that answered, −1 for one that is none of them. */
  logged: Int32Array;
  scores: Float64Array;
  costsUsd: Float64Array;
  promptKeys: Float64Array;
}

const folds = 5;
// of what is not predicted, this share of prompts chooses the penalty
const validationShare = 0.2;
// below this many labels in a fold's training part a model keeps its given predictions
const fewestLabels = 20;

/**
 * Predictions of ridge regressions on the log itself, each call's by one that has not seen its prompt: what doubly robust
 * estimates need of a model of outcomes, when they should not trust the judged router's.
 *
 * @param given (C, N) predictions for models that the log holds too few calls of
 * Source: Chernozhukov et al. 2018 (cross-fitting)
 */
export function crossFittedPredictions(calls: LabelledCalls, given: CallPredictions, seed: number): CallPredictions {
  const N = calls.models.length;
  const predictions = { quality: given.quality.slice(), costUsd: given.costUsd.slice() };
  const parts = partOf(calls.promptKeys, seed);
  for (let fold = 0; fold < folds; fold++) {
    const inFold = (share: number): boolean => Math.floor(share * folds) === fold;
    // within its fold a prompt's place in the other fold's order is again random
    const within = (share: number): number => (share * folds) % 1;
    const rowsWhere = (holds: (share: number) => boolean): Int32Array =>
      Int32Array.from(parts.keys()).filter((call) => holds(parts[call]));
    const train = rowsWhere((share) => !inFold(share) && within(share) >= validationShare);
    const validation = rowsWhere((share) => !inFold(share) && within(share) < validationShare);
    const judged = rowsWhere(inFold);
    const counts = new Int32Array(N);
    for (const call of train) if (calls.logged[call] >= 0) counts[calls.logged[call]]++;
    const known = calls.models.flatMap((_, m) => (counts[m] >= fewestLabels ? [m] : []));
    if (known.length === 0 || judged.length === 0 || validation.length === 0) continue;
    const learning = labelled(calls, train, known);
    const tuning = labelled(calls, validation, known);
    if (tuning.table.scores.every(Number.isNaN)) continue;
    const embeddings = embeddingsOf(calls, judged);
    const quality = fitRidge(learning, tuning).predict(embeddings);
    const inputTokens = Float64Array.from(judged, (call) => calls.inputTokens[call]);
    const costUsd = fitCostPredictor(learning, tuning).predict(embeddings, inputTokens);
    judged.forEach((call, row) => {
      known.forEach((m, k) => {
        predictions.quality[call * N + m] = quality[row * known.length + k];
        predictions.costUsd[call * N + m] = costUsd[row * known.length + k];
      });
    });
  }
  return predictions;
}

/** A place in [0, 1) for every call, the same for calls of one prompt. */
function partOf(promptKeys: Float64Array, seed: number): Float64Array {
  const random = createRandom(seed, 1);
  const places = new Map<number, number>();
  return promptKeys.map((key) => {
    const place = places.get(key) ?? random.uniform();
    places.set(key, place);
    return place;
  });
}

function embeddingsOf({ embeddings, dimensions: D }: LabelledCalls, rows: Int32Array): Float32Array {
  const picked = new Float32Array(rows.length * D);
  rows.forEach((call, row) => {
    picked.set(embeddings.subarray(call * D, (call + 1) * D), row * D);
  });
  return picked;
}

function labelled(calls: LabelledCalls, rows: Int32Array, known: readonly number[]): LabelledEmbeddings {
  const columns = known.length;
  const table: RowTable = {
    models: known.map((m) => calls.models[m]),
    ids: Array.from(rows, String),
    prompts: [],
    datasets: Array.from(rows, () => ""),
    scores: new Float32Array(rows.length * columns).fill(Number.NaN),
    costs: new Float64Array(rows.length * columns).fill(Number.NaN),
    inputTokens: Float64Array.from(rows, (call) => calls.inputTokens[call]),
    outputTokens: new Float64Array(rows.length * columns).fill(Number.NaN),
  };
  rows.forEach((call, row) => {
    const column = known.indexOf(calls.logged[call]);
    if (column < 0) return;
    table.scores[row * columns + column] = calls.scores[call];
    table.costs[row * columns + column] = calls.costsUsd[call];
  });
  return { embeddings: embeddingsOf(calls, rows), dimensions: calls.dimensions, table };
}
