import { assertAtLeast } from "../errors/shape-error.js";
import { matmul, matmulTransposedA, matmulTransposedB } from "../kernels/matmul.js";
import { softmaxRowsBackward } from "./softmax-backward.js";

/**
 * Inverts attention (weights = softmax(τ q kᵀ / √K), out = weights v); the three gradients are set, not added to.
 *
 *   dV = weightsᵀ dOut,  dS = τ/√K · weights ⊙ (dOut vᵀ − Σ_n weights ⊙ dOut vᵀ),  dQ = dS k,  dK = dSᵀ q
 *
 * @param dQ       (B, K), dK (N, K), dV (N, V); must not alias an input
 * @param dWeights (B, N) scratch; holds dS, the gradient of q kᵀ, after the call
 * @param dOut     (B, V);  weights (B, N) as the forward call left them
 * @param q        (B, K);  k (N, K);  v (N, V);  temperature τ as in the forward call
 * @throws ShapeError when a buffer is shorter than its shape
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
  assertAtLeast("attentionBackward: dQ", dQ.length, B * K);
  assertAtLeast("attentionBackward: dK", dK.length, N * K);
  assertAtLeast("attentionBackward: dV", dV.length, N * V);
  assertAtLeast("attentionBackward: dWeights", dWeights.length, B * N);
  assertAtLeast("attentionBackward: dOut", dOut.length, B * V);
  assertAtLeast("attentionBackward: weights", weights.length, B * N);
  assertAtLeast("attentionBackward: q", q.length, B * K);
  assertAtLeast("attentionBackward: k", k.length, N * K);
  assertAtLeast("attentionBackward: v", v.length, N * V);
  // out = weights v
  matmulTransposedB(dWeights, dOut, v, B, V, N);
  matmulTransposedA(dV, weights, dOut, N, B, V);
  // weights = softmax(τ q kᵀ / √K)
  softmaxRowsBackward(dWeights, dWeights, weights, B, N, temperature / Math.sqrt(K));
  matmul(dQ, dWeights, k, B, N, K);
  matmulTransposedA(dK, dWeights, q, N, B, K);
}
