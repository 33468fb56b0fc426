const float32 = new Float32Array(1);
const bits = new Uint32Array(float32.buffer);

const largest = 65504;
const smallestNormal = 2 ** -14;
// adding and taking away 2^28 leaves a double with no digit below 2^-24, the step of half precision's subnormals
const subnormalShift = 2 ** 28;

/**
 * The half-precision values nearest to `values` (ties to even), still held as float32.
 *
 * Beyond ±65504 it gives ±65504, as a table entry must stay finite; NaN stays NaN.
 */
export function roundToFloat16(values: Float32Array): Float32Array {
  const rounded = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) rounded[i] = roundOne(values[i]);
  return rounded;
}

function roundOne(value: number): number {
  const magnitude = Math.abs(value);
  if (magnitude >= largest) return Math.sign(value) * largest;
  if (magnitude < smallestNormal) return Math.sign(value) * (magnitude + subnormalShift - subnormalShift);
  // drop 13 of the 23 fraction bits, half to even; a carry runs into the exponent, as it should
  float32[0] = value;
  bits[0] = (bits[0] + 0x0fff + ((bits[0] >>> 13) & 1)) & ~0x1fff;
  return float32[0];
}
