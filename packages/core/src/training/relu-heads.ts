import { assertAtLeast } from "../errors/shape-error.js";
import { assertDropoutRate, golden, highestDropped, type RowDropout, splitmix } from "./dropout-stream.js";

/** What the two heads of `reluHeads` compute from; the first H of 2H units are the quality head's, the rest the cost head's. */
export interface ReluHeads {
  /** (rows, 2H) s: what the query gives the units of every model. */
  shared: Float32Array;
  /** (M, 2H) a: what the model gives them in every row. */
  models: Float32Array;
  /** (2H) c. */
  weights: Float32Array;
}

/**
 * Two heads of a relu layer over queries and models, whose (rows, M, 2H) units are not stored:
 *
 *   quality_rm = b_m + Σ_{h<H} c_h u_rmh,  cost_rm = b'_m + Σ_{h≥H} c_h u_rmh,  u_rmh = mask_rmh · relu(s_rh + a_mh)
 *
 * mask is 0 where unit m · 2H + h of the row is dropped (`RowDropout`) and 1 / (1 − rate) elsewhere.
 *
 * @param quality, cost         (rows, M)
 * @param qualityBias, costBias (M) b and b'
 * @param drop null when predicting
 * @throws ShapeError when a buffer is shorter than its shape, OneheadError "invalid-argument" for a rate outside [0, 1)
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
  drop: RowDropout | null,
): void {
  assertReluHeads("reluHeads", heads, rows, M, H, drop);
  for (const [name, out, bias] of [
    ["quality", quality, qualityBias],
    ["cost", cost, costBias],
  ] as const) {
    assertAtLeast(`reluHeads: ${name}`, out.length, rows * M);
    assertAtLeast(`reluHeads: ${name}Bias`, bias.length, M);
  }
  readHead(quality, heads, qualityBias, rows, M, H, 0, drop);
  readHead(cost, heads, costBias, rows, M, H, H, drop);
}

function readHead(
  out: Float32Array,
  { shared, models, weights }: ReluHeads,
  bias: Float32Array,
  rows: number,
  M: number,
  H: number,
  first: number,
  drop: RowDropout | null,
): void {
  const highest = drop === null ? 0 : highestDropped(drop.rate);
  const keep = drop === null ? 1 : 1 / (1 - drop.rate);
  for (let r = 0; r < rows; r++) {
    let state = drop === null ? 0 : drop.keys[r];
    for (let m = 0; m < M; m++) {
      const [row, model] = [r * 2 * H, m * 2 * H];
      if (drop !== null) state = (drop.keys[r] + Math.imul(model + first, golden)) | 0;
      let sum = 0;
      for (let h = first; h < first + H; h++) {
        state = (state + golden) | 0;
        if (drop !== null && splitmix(state) <= highest) continue;
        // Math.max, unlike a comparison, hands a NaN on
        sum += weights[h] * Math.max(0, shared[row + h] + models[model + h]);
      }
      out[r * M + m] = bias[m] + keep * sum;
    }
  }
}

/**
 * Inverts reluHeads, whose units it computes anew, but for the biases; the three gradients are set, not added to.
 *
 *   dU_rmh = dOut_rm c_h mask_rmh where the unit is above 0,  dShared = Σ_m dU,  dModels = Σ_r dU,  dWeights = Σ_rm dOut_rm u_rmh
 *
 * @param gradients dShared (rows, 2H), dModels (M, 2H) and dWeights (2H), under the names of what they are the gradients of
 * @param dQuality, dCost (rows, M)
 * @param drop as in the forward call
 * @throws ShapeError when a buffer is shorter than its shape, OneheadError "invalid-argument" for a rate outside [0, 1)
 */
export function reluHeadsBackward(
  gradients: ReluHeads,
  dQuality: Float32Array,
  dCost: Float32Array,
  heads: ReluHeads,
  rows: number,
  M: number,
  H: number,
  drop: RowDropout | null,
): void {
  assertReluHeads("reluHeadsBackward", heads, rows, M, H, drop);
  assertAtLeast("reluHeadsBackward: dShared", gradients.shared.length, rows * 2 * H);
  assertAtLeast("reluHeadsBackward: dModels", gradients.models.length, M * 2 * H);
  assertAtLeast("reluHeadsBackward: dWeights", gradients.weights.length, 2 * H);
  assertAtLeast("reluHeadsBackward: dQuality", dQuality.length, rows * M);
  assertAtLeast("reluHeadsBackward: dCost", dCost.length, rows * M);
  gradients.shared.fill(0, 0, rows * 2 * H);
  gradients.models.fill(0, 0, M * 2 * H);
  gradients.weights.fill(0, 0, 2 * H);
  returnHead(gradients, dQuality, heads, rows, M, H, 0, drop);
  returnHead(gradients, dCost, heads, rows, M, H, H, drop);
}

function returnHead(
  gradients: ReluHeads,
  dOut: Float32Array,
  { shared, models, weights }: ReluHeads,
  rows: number,
  M: number,
  H: number,
  first: number,
  drop: RowDropout | null,
): void {
  const highest = drop === null ? 0 : highestDropped(drop.rate);
  const keep = drop === null ? 1 : 1 / (1 - drop.rate);
  for (let r = 0; r < rows; r++) {
    for (let m = 0; m < M; m++) {
      const [row, model] = [r * 2 * H, m * 2 * H];
      const d = keep * dOut[r * M + m];
      let state = drop === null ? 0 : (drop.keys[r] + Math.imul(model + first, golden)) | 0;
      for (let h = first; h < first + H; h++) {
        state = (state + golden) | 0;
        const unit = shared[row + h] + models[model + h];
        if (!(unit > 0) || (drop !== null && splitmix(state) <= highest)) continue;
        gradients.weights[h] += d * unit;
        gradients.shared[row + h] += d * weights[h];
        gradients.models[model + h] += d * weights[h];
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
  drop: RowDropout | null,
): void {
  assertAtLeast(`${operation}: shared`, shared.length, rows * 2 * H);
  assertAtLeast(`${operation}: models`, models.length, M * 2 * H);
  assertAtLeast(`${operation}: weights`, weights.length, 2 * H);
  if (drop === null) return;
  assertDropoutRate(operation, drop.rate);
  assertAtLeast(`${operation}: keys`, drop.keys.length, rows);
}
