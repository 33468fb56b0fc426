import { OneheadError } from "../errors/onehead-error.js";

/**
 * Dropout of units that are never stored: unit e of a row with key k is kept where number e of the row's stream is high enough.
 *
 *   z = k + (e + 1) · 0x9e3779b9;  z ← (z ⊕ z ≫ 16) · 0x21f0aaad;  z ← (z ⊕ z ≫ 15) · 0x735a2d97;  number = z ⊕ z ≫ 15
 *
 * on 32 bits (splitmix32): forward and backward draw the same numbers anew, in any order and on any thread.
 */
export interface RowDropout {
  /** Share of units dropped, in [0, 1). */
  rate: number;
  /** (rows) k, one draw of 32 bits for each row. */
  keys: Int32Array;
}

/** What splitmix32 adds at each step. */
export const golden = 0x9e3779b9 | 0;

/** Number e of the stream, with its sign, of a state k + (e + 1) · golden. */
export function splitmix(state: number): number {
  let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
}

/** The highest number, as one with a sign, that drops a unit: −2³¹ − 1 would drop none. */
export function highestDropped(rate: number): number {
  return Math.round(rate * 2 ** 32) - 2 ** 31 - 1;
}

/** @throws OneheadError "invalid-argument" for a rate outside [0, 1) */
export function assertDropoutRate(operation: string, rate: number): void {
  if (rate >= 0 && rate < 1) return;
  throw new OneheadError("invalid-argument", `${operation}: rate is out of range: ${rate}, expected 0 ≤ rate < 1`);
}
