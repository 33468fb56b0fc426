import { assertAtLeast } from "../errors/shape-error.js";
import { sigmoid } from "../kernels/exp.js";
import { geluCubic, geluSlope } from "../kernels/gelu.js";
import { matmul, matmulTransposedA, matmulTransposedB } from "../kernels/matmul.js";

/**
 * Inverts softmaxRows: dX = τ · out ⊙ (dOut − Σ_c dOut_c out_c), row by row.
 *
 * @param dX, dOut, out (rows, columns); dX may alias dOut
 * @param temperature   τ of the forward call
 */
export function softmaxRowsBackward(
  dX: Float32Array,
  dOut: Float32Array,
  out: Float32Array,
  rows: number,
  columns: number,
  temperature: number,
): void {
  assertAtLeast("softmaxRowsBackward: dX", dX.length, rows * columns);
  assertAtLeast("softmaxRowsBackward: dOut", dOut.length, rows * columns);
  assertAtLeast("softmaxRowsBackward: out", out.length, rows * columns);
  for (let r = 0; r < rows; r++) {
    const at = r * columns;
    let dot = 0;
    for (let c = 0; c < columns; c++) dot += dOut[at + c] * out[at + c];
    for (let c = 0; c < columns; c++) dX[at + c] = temperature * out[at + c] * (dOut[at + c] - dot);
  }
}

/**
 * Inverts gelu: with u = √(8/π)(x + 0.044715 x³) and σ = σ(u), dX = dOut · (σ + x σ (1 − σ) u′).
 *
 * @param dX, dOut, x `count` values; dX may alias dOut
 */
export function geluBackward(dX: Float32Array, dOut: Float32Array, x: Float32Array, count: number): void {
  assertAtLeast("geluBackward: dX", dX.length, count);
  assertAtLeast("geluBackward: dOut", dOut.length, count);
  assertAtLeast("geluBackward: x", x.length, count);
  for (let i = 0; i < count; i++) {
    const v = x[i];
    // beyond ±20 the slope is 0 or 1 to the last digit, and the cubic would overflow
    if (v < -20 || v > 20) {
      dX[i] = v < 0 ? 0 : dOut[i];
      continue;
    }
    const s = sigmoid(geluSlope * (v + geluCubic * v * v * v));
    const slope = geluSlope * (1 + 3 * geluCubic * v * v);
    dX[i] = dOut[i] * (s + v * s * (1 - s) * slope);
  }
}

/**
 * Inverts layerNorm: with x̂ = (x − mean)/σ and g = dOut ⊙ gain,
 * dX = (g − mean(g) − x̂ · mean(g ⊙ x̂)) / σ; dGain += Σ_r dOut ⊙ x̂, dBias += Σ_r dOut.
 *
 * @param dX, dOut, x        (rows, columns); dX must not alias dOut or x
 * @param dGain, dBias, gain (columns); the first two are added to
 */
export function layerNormBackward(
  dX: Float32Array,
  dGain: Float32Array,
  dBias: Float32Array,
  dOut: Float32Array,
  x: Float32Array,
  gain: Float32Array,
  rows: number,
  columns: number,
  epsilon: number,
): void {
  assertAtLeast("layerNormBackward: dX", dX.length, rows * columns);
  assertAtLeast("layerNormBackward: dGain", dGain.length, columns);
  assertAtLeast("layerNormBackward: dBias", dBias.length, columns);
  assertAtLeast("layerNormBackward: dOut", dOut.length, rows * columns);
  assertAtLeast("layerNormBackward: x", x.length, rows * columns);
  assertAtLeast("layerNormBackward: gain", gain.length, columns);
  for (let r = 0; r < rows; r++) {
    const at = r * columns;
    let mean = 0;
    for (let c = 0; c < columns; c++) mean += x[at + c];
    mean /= columns;
    let variance = 0;
    for (let c = 0; c < columns; c++) variance += (x[at + c] - mean) * (x[at + c] - mean);
    const scale = 1 / Math.sqrt(variance / columns + epsilon);
    let meanG = 0;
    let meanGX = 0;
    for (let c = 0; c < columns; c++) {
      const normalized = (x[at + c] - mean) * scale;
      const g = dOut[at + c] * gain[c];
      meanG += g;
      meanGX += g * normalized;
      dGain[c] += dOut[at + c] * normalized;
      dBias[c] += dOut[at + c];
    }
    meanG /= columns;
    meanGX /= columns;
    for (let c = 0; c < columns; c++) {
      const normalized = (x[at + c] - mean) * scale;
      dX[at + c] = scale * (dOut[at + c] * gain[c] - meanG - normalized * meanGX);
    }
  }
}

/**
 * Inverts linear (out = x Wᵀ + b): dX = dOut W, dWeight += dOutᵀ x, dBias += Σ_r dOut.
 *
 * @param dX      (rows, inputs), or null when the input needs no gradient; must not alias dOut
 * @param dWeight (outputs, inputs) and dBias (outputs), or null for no bias; added to
 */
export function linearBackward(
  dX: Float32Array | null,
  dWeight: Float32Array,
  dBias: Float32Array | null,
  dOut: Float32Array,
  x: Float32Array,
  weight: Float32Array,
  rows: number,
  inputs: number,
  outputs: number,
): void {
  if (dX !== null) matmul(dX, dOut, weight, rows, outputs, inputs);
  matmulTransposedA(dWeight, dOut, x, outputs, rows, inputs, true);
  if (dBias === null) return;
  assertAtLeast("linearBackward: dBias", dBias.length, outputs);
  for (let r = 0; r < rows; r++) {
    for (let o = 0; o < outputs; o++) dBias[o] += dOut[r * outputs + o];
  }
}

/**
 * Inverts attention (weights = softmax(τ q kᵀ / √K), out = weights v).
 *
 * @param dQ (B, K), dK (N, K), dV (N, V) set, not added to
 * @param dWeights (B, N) scratch
 * @param dOut     (B, V);  weights (B, N) as the forward call left them
 */
export function attentionBackward(
  dQ: Float32Array,
  dK: Float32Array,
  dV: Float32Array,
  dWeights: Float32Array,
  dOut: Float32Array,
  weights: Float32Array,
  q: Float32Array,
  k: Float32Array,
  v: Float32Array,
  B: number,
  N: number,
  K: number,
  V: number,
  temperature: number,
): void {
  // out = weights v
  matmulTransposedB(dWeights, dOut, v, B, V, N);
  matmulTransposedA(dV, weights, dOut, N, B, V);
  // weights = softmax(τ q kᵀ / √K)
  softmaxRowsBackward(dWeights, dWeights, weights, B, N, temperature / Math.sqrt(K));
  matmul(dQ, dWeights, k, B, N, K);
  matmulTransposedA(dK, dWeights, q, N, B, K);
}
