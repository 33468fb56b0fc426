// Constants of the kernels, which the module puts at the start of every memory. Only what assembles the module reads this file.
import { argumentAddress } from "./memory-map.js";

const values = {
  // eˣ: Cephes' expf
  log2e: Math.LOG2E,
  // added and taken away again, it rounds to a whole number, which then stands in the lowest bits
  rounder: 1.5 * 2 ** 23,
  ln2High: 0.693359375,
  ln2Low: -2.1219444e-4,
  exp5: 1.98756915e-4,
  exp4: 1.398199951e-3,
  exp3: 8.333452e-3,
  exp2: 4.1665796e-2,
  exp1: 1.6666665e-1,
  exp0: 0.5,
  one: 1,
  // e to the power of them is still a normal float32
  expLowest: -87.33654,
  expHighest: 88.37626,
  geluSlope: 1.5957691216057308,
  geluCubic: 1.5957691216057308 * 0.044715,
  geluFlat: -12,
  // ln x: Cephes' logf
  rootHalf: Math.SQRT1_2,
  log8: 7.0376836292e-2,
  log7: -1.151461031e-1,
  log6: 1.167699874e-1,
  log5: -1.2420140846e-1,
  log4: 1.4249322787e-1,
  log3: -1.6668057665e-1,
  log2: 2.0000714765e-1,
  log1: -2.4999993993e-1,
  log0: 3.3333331174e-1,
  half: 0.5,
  leastProbability: 2 ** -10,
  mostProbability: 1 - 2 ** -10,
  minusHalf: -0.5,
  minusTwo: -2,
  lowestFloat: -3.4028234663852886e38,
  // the smallest normal float32
  smallest: 2 ** -126,
} as const;

export type ConstantName = keyof typeof values;

const names = Object.keys(values) as ConstantName[];

/** Their bytes. */
export const constants = new Uint8Array(Float32Array.from(names, (name) => values[name]).buffer);

export const addressOf = (name: ConstantName): number => 4 * names.indexOf(name);

if (constants.length > argumentAddress)
  throw new RangeError(`kernels: ${constants.length} bytes of constants, room for ${argumentAddress}`);
