// one float beside its bits: scratch of the conversions
const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Half-precision bits of a number, rounded to nearest even; overflows to infinity, NaN stays NaN. */
export function toFloat16Bits(value: number): number {
  float[0] = value;
  const x = bits[0];
  const sign = (x >>> 16) & 0x8000;
  const magnitude = x & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65520 and above round to infinity
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // subnormal halves are multiples of 2⁻²⁴; scaling by a power of two is exact, so one rounding remains
    const scaled = Math.abs(float[0]) * 0x1000000;
    const down = Math.floor(scaled);
    const rest = scaled - down;
    return sign | (rest > 0.5 || (rest === 0.5 && (down & 1) === 1) ? down + 1 : down);
  }
  // rebias the exponent and round the 13 dropped bits to nearest even; a carry moves into the exponent as it should
  return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
}

/** Number of half-precision bits; exact. */
export function fromFloat16Bits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 0) return (sign === 0 ? 1 : -1) * mantissa * 2 ** -24;
  bits[0] = sign | (exponent === 31 ? 0x7f800000 : (exponent + 112) << 23) | (mantissa << 13);
  return float[0];
}

/** Numbers of half-precision bits, any number of them; exact. */
export function fromFloat16(halves: Uint16Array): Float32Array {
  const out = new Float32Array(halves.length);
  const outBits = new Int32Array(out.buffer);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i];
    const exponent = half & 0x7c00;
    // rebiased; what is subnormal, infinite or NaN is rare
    if (exponent > 0 && exponent < 0x7c00) {
      outBits[i] = ((half & 0x8000) << 16) | (((half & 0x7fff) << 13) + 0x3800_0000);
    } else out[i] = fromFloat16Bits(half);
  }
  return out;
}

/** Half-precision bits that give back every bit of these numbers; null where one has none. */
export function halvesOf(numbers: Float32Array): Uint16Array | null {
  const halves = new Uint16Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) {
    halves[i] = toFloat16Bits(numbers[i]);
    if (!Object.is(fromFloat16Bits(halves[i]), numbers[i])) return null;
  }
  return halves;
}

/**
 * Place of the first NaN or infinity among half-precision bits, −1 where all are finite.
 *
 * @param halves which start at a multiple of 4 bytes
 */
export function findNonFiniteHalf(halves: Uint16Array): number {
  const count = halves.length >> 1;
  const pairs = new Int32Array(halves.buffer, halves.byteOffset, count);
  let pair = 0;
  // an exponent of ones, and no other, carries into the bit above it
  while (pair < count && (((pairs[pair] & 0x7c00_7c00) + 0x0400_0400) & 0x8000_8000) === 0) pair++;
  for (let i = 2 * pair; i < halves.length; i++) if ((halves[i] & 0x7c00) === 0x7c00) return i;
  return -1;
}
