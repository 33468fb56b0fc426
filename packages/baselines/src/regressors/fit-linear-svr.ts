import { createRandom } from "@onehead/core/training";
import type { FitOptions, LabelledEmbeddings, QualityPredictor } from "../baseline.js";
import { assertTrainable, queryRows } from "../labels/assert-labelled.js";
import { softUnit } from "../labels/soft-unit.js";
import type { StateReader } from "../state/state-reader.js";
import { yieldToEvents } from "../yield-to-events.js";

// scikit-learn's LinearSVR as it comes: C = 1, ε = 0, the intercept a feature of 1, at most 1,000 passes
const penalty = 1;
const passes = 1000;
const tolerance = 1e-4;

/**
 * RouterBench's SVM: one linear support vector regression of the score a model,
 *
 *   w_m = argmin ½ |w|² + C Σ_i |s_im − w·x_i|,  x = [e, 1],  ŝ_m = softUnit(w_m·x),
 *
 * with C = 1 and no insensitive zone, by dual coordinate descent with shrinking. Nothing is tuned, as published. The absolute error asks
 * for medians: a model that is right more often than not is predicted close to 1.
 *
 * @throws as `assertTrainable`; OneheadError "aborted" once `signal` is aborted
 * Source: RouterBench (arXiv 2403.12031); Ho and Lin 2012, "Large-scale linear support vector regression"
 */
export async function fitLinearSvr(train: LabelledEmbeddings, options: FitOptions): Promise<QualityPredictor> {
  assertTrainable("fitLinearSvr", train);
  const { dimensions: D, table, embeddings } = train;
  const N = table.models.length;
  const weights: Float64Array[] = [];
  for (let m = 0; m < N; m++) {
    await yieldToEvents("fitLinearSvr", options.signal);
    const rows = table.ids.map((_, r) => r).filter((r) => !Number.isNaN(table.scores[r * N + m]));
    const targets = Float64Array.from(rows, (r) => table.scores[r * N + m]);
    weights.push(supportVectorRegression(embeddings, D, rows, targets, options.seed));
  }
  return predictorOf(weights, D);
}

/** @throws ArtifactError naming the field */
export function loadLinearSvr(reader: StateReader): QualityPredictor {
  const { dimensions: D, models: N } = reader;
  const weights = reader.doubles("weights", N, D + 1);
  return predictorOf(
    Array.from({ length: N }, (_, m) => weights.subarray(m * (D + 1), (m + 1) * (D + 1))),
    D,
  );
}

/** @param weights N of (D + 1), float32 values */
function predictorOf(weights: readonly Float64Array[], D: number): QualityPredictor {
  const N = weights.length;
  return {
    id: "svm",
    name: "linear SVM",
    predict(queries) {
      const R = queryRows("linearSvr", queries, D);
      return Float32Array.from({ length: R * N }, (_, i) =>
        softUnit(product(weights[i % N], queries, Math.floor(i / N), D)),
      );
    },
    toState() {
      const data = new Float32Array(N * (D + 1));
      weights.forEach((own, m) => {
        data.set(own, m * (D + 1));
      });
      return { kind: "svm", config: {}, tensors: { weights: { shape: [N, D + 1], data } } };
    },
  };
}

/**
 * (D + 1) weights, rounded to float32, the intercept last.
 *
 * The dual: min over β ∈ [−C, C] of ½ |Σ β_i x_i|² − Σ β_i y_i, one β at a time, its step cut to the box.
 */
function supportVectorRegression(
  embeddings: Float32Array,
  D: number,
  rows: readonly number[],
  targets: Float64Array,
  seed: number,
): Float64Array {
  const weights = new Float64Array(D + 1);
  const beta = new Float64Array(rows.length);
  const squares = rows.map((r) => {
    let sum = 1;
    for (let d = r * D; d < (r + 1) * D; d++) sum += embeddings[d] * embeddings[d];
    return sum;
  });
  const all = Int32Array.from(rows, (_, i) => i);
  const random = createRandom(seed, 80);
  let active = all.slice();
  let firstViolation = 0;
  for (let pass = 0; pass < passes; pass++) {
    random.shuffle(active);
    let violation = 0;
    let kept = 0;
    for (const i of active) {
      const gradient = product(weights, embeddings, rows[i], D) - targets[i];
      const next = Math.min(penalty, Math.max(-penalty, beta[i] - gradient / squares[i]));
      const step = next - beta[i];
      // a β that is pressed against the box is left out until the others have settled
      if (step !== 0 || Math.abs(next) < penalty) active[kept++] = i;
      violation += Math.abs(step) * squares[i];
      if (step === 0) continue;
      beta[i] = next;
      const start = rows[i] * D;
      for (let d = 0; d < D; d++) weights[d] += step * embeddings[start + d];
      weights[D] += step;
    }
    if (pass === 0) firstViolation = violation;
    const wasWhole = active.length === all.length;
    active = active.subarray(0, kept);
    if (violation > tolerance * firstViolation) continue;
    if (wasWhole) break;
    active = all.slice();
  }
  return weights.map(Math.fround);
}

function product(weights: Float64Array, embeddings: Float32Array, row: number, D: number): number {
  let sum = weights[D];
  const start = row * D;
  for (let d = 0; d < D; d++) sum += weights[d] * embeddings[start + d];
  return sum;
}
