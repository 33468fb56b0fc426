const float32 = new Float32Array(1);
const bits = new Uint32Array(float32.buffer);

const smallestNormal = 2 ** -14;
const subnormalStep = 2 ** -24;
const largest = 65504;

/**
 * The values that half precision can hold nearest to `values` (ties to even), still as float32.
 * Values beyond ±65504 become ±65504: a table entry must stay finite.
 */
export function roundToFloat16(values: ArrayLike<number>): Float32Array {
  return Float32Array.from(values, roundOne);
}

function roundOne(value: number): number {
  const magnitude = Math.abs(value);
  if (magnitude >= largest) return Math.sign(value) * largest;
  if (magnitude < smallestNormal) {
    // adding a power of two whose last place is the step rounds to a multiple of the step, ties to even
    const shift = subnormalStep * 2 ** 52;
    return Math.sign(value) * (magnitude + shift - shift);
  }
  float32[0] = value;
  // 13 of float32's 23 fraction bits go; the carry runs into the exponent as it should
  const word = bits[0];
  bits[0] = (word + 0x0fff + ((word >>> 13) & 1)) & ~0x1fff;
  return float32[0];
}
