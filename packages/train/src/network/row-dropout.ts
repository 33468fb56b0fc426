/** What splitmix32 adds at each step. */
const golden = 0x9e3779b9 | 0;

/**
 * Inverted dropout of one row: factors of its units, 0 with probability `rate`, 1 / (1 − rate) elsewhere.
 *
 *   z = key + (u + 1) · 0x9e3779b9;  z ← (z ⊕ z ≫ 16) · 0x21f0aaad;  z ← (z ⊕ z ≫ 15) · 0x735a2d97;  number_u = z ⊕ z ≫ 15
 *
 * on 32 bits (splitmix32); unit u is dropped where its number is below rate · 2³². A row thus takes one number of the epoch's
 * stream, however many units it has.
 *
 * @param factors written from `start` on
 * Source: Srivastava et al. 2014
 */
export function rowDropout(factors: Float32Array, start: number, units: number, key: number, rate: number): void {
  const least = rate * 2 ** 32;
  const keep = 1 / (1 - rate);
  let state = key | 0;
  for (let u = 0; u < units; u++) {
    state = (state + golden) | 0;
    let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    factors[start + u] = (z ^ (z >>> 15)) >>> 0 < least ? 0 : keep;
  }
}
