import { assertAtLeast } from "../errors/shape-error.js";

/** What the two heads of `reluHeads` compute from; the first H of 2H units are the quality head's, the rest the cost head's. */
export interface ReluHeads {
  /** (rows, 2H) s: what the query gives the units of every model. */
  shared: Float32Array;
  /** (M, 2H) a: what the model gives them in every row. */
  models: Float32Array;
  /** (rows, 2H) c: the weights of the units, under the row's dropout where there is one. */
  weights: Float32Array;
}

/**
 * Two heads of a relu layer over queries and models, whose (rows, M, 2H) units are not stored:
 *
 *   quality_rm = b_m + Σ_{h<H} c_rh relu(s_rh + a_mh),  cost_rm = b'_m + Σ_{h≥H} c_rh relu(s_rh + a_mh)
 *
 * @param quality, cost         (rows, M)
 * @param qualityBias, costBias (M) b and b'
 * @throws ShapeError when a buffer is shorter than its shape
 */
export function reluHeads(
  quality: Float32Array,
  cost: Float32Array,
  heads: ReluHeads,
  qualityBias: Float32Array,
  costBias: Float32Array,
  rows: number,
  M: number,
  H: number,
): void {
  assertReluHeads("reluHeads", heads, rows, M, H);
  for (const [name, out, bias] of [
    ["quality", quality, qualityBias],
    ["cost", cost, costBias],
  ] as const) {
    assertAtLeast(`reluHeads: ${name}`, out.length, rows * M);
    assertAtLeast(`reluHeads: ${name}Bias`, bias.length, M);
  }
  readHead(quality, heads, qualityBias, rows, M, H, 0);
  readHead(cost, heads, costBias, rows, M, H, H);
}

function readHead(
  out: Float32Array,
  { shared, models, weights }: ReluHeads,
  bias: Float32Array,
  rows: number,
  M: number,
  H: number,
  first: number,
): void {
  for (let r = 0; r < rows; r++) {
    for (let m = 0; m < M; m++) {
      const [row, model] = [r * 2 * H, m * 2 * H];
      let sum = bias[m];
      for (let h = first; h < first + H; h++) {
        // Math.max, unlike a comparison, hands a NaN on
        sum += weights[row + h] * Math.max(0, shared[row + h] + models[model + h]);
      }
      out[r * M + m] = sum;
    }
  }
}

/**
 * Inverts reluHeads, whose units it computes anew, but for the biases; the three gradients are set, not added to.
 *
 *   t_rmh = dOut_rm where s_rh + a_mh > 0
 *   dShared_rh = c_rh Σ_m t_rmh,  dModels_mh = Σ_r c_rh t_rmh,  dWeights_rh = Σ_m t_rmh (s_rh + a_mh)
 *
 * @param gradients dShared (rows, 2H), dModels (M, 2H) and dWeights (rows, 2H), under the names of what they are the gradients of
 * @param dQuality, dCost (rows, M)
 * @throws ShapeError when a buffer is shorter than its shape
 */
export function reluHeadsBackward(
  gradients: ReluHeads,
  dQuality: Float32Array,
  dCost: Float32Array,
  heads: ReluHeads,
  rows: number,
  M: number,
  H: number,
): void {
  assertReluHeads("reluHeadsBackward", heads, rows, M, H);
  assertAtLeast("reluHeadsBackward: dShared", gradients.shared.length, rows * 2 * H);
  assertAtLeast("reluHeadsBackward: dModels", gradients.models.length, M * 2 * H);
  assertAtLeast("reluHeadsBackward: dWeights", gradients.weights.length, rows * 2 * H);
  assertAtLeast("reluHeadsBackward: dQuality", dQuality.length, rows * M);
  assertAtLeast("reluHeadsBackward: dCost", dCost.length, rows * M);
  gradients.shared.fill(0, 0, rows * 2 * H);
  gradients.models.fill(0, 0, M * 2 * H);
  gradients.weights.fill(0, 0, rows * 2 * H);
  returnHead(gradients, dQuality, heads, rows, M, H, 0);
  returnHead(gradients, dCost, heads, rows, M, H, H);
}

function returnHead(
  gradients: ReluHeads,
  dOut: Float32Array,
  { shared, models, weights }: ReluHeads,
  rows: number,
  M: number,
  H: number,
  first: number,
): void {
  for (let r = 0; r < rows; r++) {
    for (let m = 0; m < M; m++) {
      const [row, model] = [r * 2 * H, m * 2 * H];
      const d = dOut[r * M + m];
      for (let h = first; h < first + H; h++) {
        const unit = shared[row + h] + models[model + h];
        if (!(unit > 0)) continue;
        gradients.weights[row + h] += d * unit;
        gradients.shared[row + h] += d * weights[row + h];
        gradients.models[model + h] += d * weights[row + h];
      }
    }
  }
}

function assertReluHeads(
  operation: string,
  { shared, models, weights }: ReluHeads,
  rows: number,
  M: number,
  H: number,
): void {
  assertAtLeast(`${operation}: shared`, shared.length, rows * 2 * H);
  assertAtLeast(`${operation}: models`, models.length, M * 2 * H);
  assertAtLeast(`${operation}: weights`, weights.length, rows * 2 * H);
}
