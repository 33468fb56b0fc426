// scratch: one double beside its two halves, low word first on every little-endian host
const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/**
 * out = ln x for `count` positive normal numbers, from additions, products and one division only: engines may differ in the
 * last digit of Math.log, and decisions must not. out may alias x.
 *
 *   ln x = k ln 2 + 2 (s + s³/3 + s⁵/5 + …),  x = 2^k m, m in [√½, √2), s = (m − 1)/(m + 1)
 *
 * Relative error below 4·10⁻¹⁶ away from 1. Infinity gives Infinity, NaN gives NaN; zero and below are not meant to come.
 */
export function logEach(out: Float64Array, x: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) {
    const v = x[i];
    if (!(v < Number.POSITIVE_INFINITY)) {
      out[i] = v;
      continue;
    }
    double[0] = v;
    let k = (words[1] >>> 20) - 1023;
    // the mantissa with the exponent of 1
    words[1] = (words[1] & 0x000fffff) | 0x3ff00000;
    let m = double[0];
    if (m >= Math.SQRT2) {
      m *= 0.5;
      k++;
    }
    const s = (m - 1) / (m + 1);
    const square = s * s;
    let sum = 0;
    // |s| < 0.172: terms beyond the 21st power are below the last digit
    for (let power = 21; power >= 1; power -= 2) sum = sum * square + 1 / power;
    out[i] = k * Math.LN2 + 2 * s * sum;
  }
}

const one = new Float64Array(1);

/** ln x of one number, by {@link logEach}. */
export function naturalLog(x: number): number {
  one[0] = x;
  logEach(one, one, 1);
  return one[0];
}
