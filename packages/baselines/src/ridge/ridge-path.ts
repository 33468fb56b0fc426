import { matmulTransposedA, matmulTransposedB } from "@onehead/core";
import { choleskyFactor, choleskySolve, labelGroups } from "@onehead/core/training";

/** A linear function of the features for each column: deviation_c(x) = w_c · x + offset_c, around its mean target. */
export interface RidgeSolution {
  penalty: number;
  /** (C, D). */
  weights: Float32Array;
  /** (C), float32 values: −w_c · mean of the features on the rows where c is known. */
  offsets: Float64Array;
}

/**
 * Ridge regression of every column on its own known rows, for several penalties:
 *
 *   w_c = argmin Σ_r (y_rc − ȳ_c − w·(x_r − x̄))² + penalty · |w|²  =  (Xᵀ X + penalty · I)⁻¹ Xᵀ y,  X and y centred
 *
 * The intercept is not penalised. Columns known on the same rows share one Gram matrix and one factorisation a penalty.
 * The penalty is absolute, so a column with few labels is shrunk more: it is noise variance over prior variance.
 *
 * @param features  (R, D), finite
 * @param targets   (R, C), NaN where unknown; a column without entries gets w = 0
 * @param penalties > 0
 * Source: Hoerl and Kennard, Technometrics 12 (1970)
 */
export function ridgePath(
  features: Float32Array,
  dimensions: number,
  targets: Float32Array,
  columns: number,
  penalties: readonly number[],
): RidgeSolution[] {
  const D = dimensions;
  const solutions = penalties.map((penalty) => ({
    penalty,
    weights: new Float32Array(columns * D),
    offsets: new Float64Array(columns),
  }));
  const allFeatures = Array.from({ length: D }, (_, d) => d);
  for (const group of labelGroups(targets, columns)) {
    const { rows, columns: members } = group;
    if (rows.length === 0) continue;
    const centredFeatures = gatherCentred(features, D, rows, allFeatures);
    const centredTargets = gatherCentred(targets, columns, rows, members);
    const gram = new Float32Array(D * D);
    matmulTransposedA(gram, centredFeatures.values, centredFeatures.values, D, rows.length, D);
    const moments = new Float32Array(D * members.length);
    matmulTransposedA(moments, centredFeatures.values, centredTargets.values, D, rows.length, members.length);
    for (const solution of solutions) {
      const solved = solvePenalised(gram, moments, D, members.length, solution.penalty);
      for (let c = 0; c < members.length; c++) {
        let offset = 0;
        for (let d = 0; d < D; d++) {
          const weight = solved[d * members.length + c];
          solution.weights[members[c] * D + d] = weight;
          offset -= weight * centredFeatures.means[d];
        }
        solution.offsets[members[c]] = Math.fround(offset);
      }
    }
  }
  return solutions;
}

/** (R, C) deviations of a solution for (R, D) features. */
export function ridgeDeviations(solution: RidgeSolution, features: Float32Array, dimensions: number): Float32Array {
  const rows = features.length / dimensions;
  const columns = solution.offsets.length;
  const deviations = new Float32Array(rows * columns);
  matmulTransposedB(deviations, features, solution.weights, rows, dimensions, columns);
  for (let i = 0; i < deviations.length; i++) deviations[i] += solution.offsets[i % columns];
  return deviations;
}

/** Picked rows and columns of a (·, C) matrix as a (rows, picked) one, each column less its mean. */
function gatherCentred(
  values: Float32Array,
  columns: number,
  rows: Int32Array,
  picked: readonly number[],
): { values: Float32Array; means: Float64Array } {
  const width = picked.length;
  const means = new Float64Array(width);
  for (let r = 0; r < rows.length; r++) {
    for (let c = 0; c < width; c++) means[c] += values[rows[r] * columns + picked[c]];
  }
  for (let c = 0; c < width; c++) means[c] /= rows.length;
  const centred = new Float32Array(rows.length * width);
  for (let r = 0; r < rows.length; r++) {
    for (let c = 0; c < width; c++) centred[r * width + c] = values[rows[r] * columns + picked[c]] - means[c];
  }
  return { values: centred, means };
}

/** (D, C) = (gram + penalty · I)⁻¹ moments. */
function solvePenalised(
  gram: Float32Array,
  moments: Float32Array,
  D: number,
  C: number,
  penalty: number,
): Float64Array {
  const factor = Float64Array.from(gram);
  let trace = 0;
  for (let d = 0; d < D; d++) trace += factor[d * D + d];
  // rounding the Gram matrix to float32 moves no eigenvalue by more than 2⁻²⁴ · trace: twice that keeps it positive
  const floor = 2 ** -23 * trace;
  for (let d = 0; d < D; d++) factor[d * D + d] += penalty + floor;
  choleskyFactor(factor, D);
  const solved = Float64Array.from(moments);
  choleskySolve(factor, solved, D, C);
  return solved;
}
