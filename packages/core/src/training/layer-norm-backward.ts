import { assertAtLeast } from "../errors/shape-error.js";

/**
 * Inverts layerNorm (out = gain ⊙ x̂ + bias, x̂ = (x − mean)/σ, σ = √(variance + ε)).
 *
 *   dX = (g − mean(g) − x̂ · mean(g ⊙ x̂)) / σ with g = dOut ⊙ gain;  dGain += Σ_r dOut ⊙ x̂,  dBias += Σ_r dOut
 *
 * @param dX, dOut, x        (rows, columns); dX may alias dOut
 * @param dGain, dBias, gain (columns); the first two are added to
 * @param epsilon            as in the forward call
 * @throws ShapeError when a buffer is shorter than its shape
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
