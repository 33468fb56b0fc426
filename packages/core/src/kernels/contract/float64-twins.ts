// The specification of the kernels: each equation as it is written, in float64, with no care for speed or overflow.

/** xᵀ of a (rows, columns) matrix. */
export function transposed(x: ArrayLike<number>, rows: number, columns: number): Float64Array {
  return Float64Array.from({ length: rows * columns }, (_, i) => x[(i % rows) * columns + Math.floor(i / rows)]);
}

/** a b with a (rows, inner), b (inner, columns). */
export function matmulTwin(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  rows: number,
  inner: number,
  columns: number,
): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      for (let k = 0; k < inner; k++) out[r * columns + c] += a[r * inner + k] * b[k * columns + c];
    }
  }
  return out;
}

/** softmax(τ x), row by row; zeros where a row is −Infinity throughout. */
export function softmaxRowsTwin(
  x: ArrayLike<number>,
  rows: number,
  columns: number,
  temperature: number,
): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    const row = Array.from({ length: columns }, (_, c) => x[r * columns + c]);
    const max = Math.max(...row);
    if (max === Number.NEGATIVE_INFINITY) continue;
    const powers = row.map((value) => Math.exp(temperature * (value - max)));
    const sum = powers.reduce((total, power) => total + power, 0);
    powers.forEach((power, c) => {
      out[r * columns + c] = power / sum;
    });
  }
  return out;
}

/** ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))), the published form of what the kernel writes with σ. */
export function geluTwin(x: ArrayLike<number>): Float64Array {
  return Float64Array.from(x, (v) => 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3))));
}

/** gain ⊙ (x − mean) / √(variance + ε) + bias, row by row. */
export function layerNormTwin(
  x: ArrayLike<number>,
  gain: ArrayLike<number>,
  bias: ArrayLike<number>,
  rows: number,
  columns: number,
  epsilon: number,
): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    const row = Array.from({ length: columns }, (_, c) => x[r * columns + c]);
    const mean = row.reduce((sum, value) => sum + value, 0) / columns;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / columns;
    row.forEach((value, c) => {
      out[r * columns + c] = (gain[c] * (value - mean)) / Math.sqrt(variance + epsilon) + bias[c];
    });
  }
  return out;
}

/** x Wᵀ + b with W (outputs, inputs). */
export function linearTwin(
  x: ArrayLike<number>,
  weight: ArrayLike<number>,
  bias: ArrayLike<number> | null,
  rows: number,
  inputs: number,
  outputs: number,
): Float64Array {
  const product = matmulTwin(x, transposed(weight, outputs, inputs), rows, inputs, outputs);
  return bias === null ? product : product.map((value, i) => value + bias[i % outputs]);
}

/** softmax(τ q kᵀ / √K) v, with the weights. */
export function attentionTwin(
  q: ArrayLike<number>,
  k: ArrayLike<number>,
  v: ArrayLike<number>,
  B: number,
  N: number,
  K: number,
  V: number,
  temperature: number,
): { out: Float64Array; weights: Float64Array } {
  const logits = matmulTwin(q, transposed(k, N, K), B, K, N);
  const weights = softmaxRowsTwin(logits, B, N, temperature / Math.sqrt(K));
  return { out: matmulTwin(weights, v, B, N, V), weights };
}
