import { assertAtLeast } from "../errors/shape-error.js";
import { matmul, matmulTransposedB } from "./matmul.js";
import { softmaxRows } from "./softmax.js";

/**
 * Single-head cross-attention: weights = softmax(τ q kᵀ / √K), out = weights v.
 *
 * With no key (N = 0) the attended values are zeros.
 *
 * @param out     (B, V) attended values; must not alias q, k or v
 * @param weights (B, N) attention weights, each row sums to 1; kept for backward
 * @param q       (B, K);  k (N, K);  v (N, V)
 * @throws ShapeError when a buffer is shorter than its shape
 * Source: Vaswani et al. 2017, eq. 1, with the temperature of arXiv 2509.09782 (our reading)
 */
export function attention(
  out: Float32Array,
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
  assertAtLeast("attention: out", out.length, B * V);
  assertAtLeast("attention: weights", weights.length, B * N);
  assertAtLeast("attention: q", q.length, B * K);
  assertAtLeast("attention: k", k.length, N * K);
  assertAtLeast("attention: v", v.length, N * V);
  matmulTransposedB(weights, q, k, B, K, N);
  softmaxRows(weights, weights, B, N, temperature / Math.sqrt(K));
  matmul(out, weights, v, B, N, V);
}
