import { assertAtLeast } from "../errors/shape-error.js";

/**
 * Layer norm of every row: out = gain ⊙ (x − mean) / √(variance + ε) + bias, with the population variance.
 *
 * @param out, x     (rows, columns); out may alias x
 * @param gain, bias (columns)
 * @throws ShapeError when a buffer is shorter than its shape
 * Source: Ba et al. 2016
 */
export function layerNorm(
  out: Float32Array,
  x: Float32Array,
  gain: Float32Array,
  bias: Float32Array,
  rows: number,
  columns: number,
  epsilon: number,
): void {
  assertAtLeast("layerNorm: out", out.length, rows * columns);
  assertAtLeast("layerNorm: x", x.length, rows * columns);
  assertAtLeast("layerNorm: gain", gain.length, columns);
  assertAtLeast("layerNorm: bias", bias.length, columns);
  for (let r = 0; r < rows; r++) {
    const at = r * columns;
    let mean = 0;
    for (let c = 0; c < columns; c++) mean += x[at + c];
    mean /= columns;
    // second pass over the centred values: the one-pass formula loses all digits where the mean is large
    let variance = 0;
    for (let c = 0; c < columns; c++) variance += (x[at + c] - mean) * (x[at + c] - mean);
    const scale = 1 / Math.sqrt(variance / columns + epsilon);
    for (let c = 0; c < columns; c++) out[at + c] = (x[at + c] - mean) * scale * gain[c] + bias[c];
  }
}
