import { describe, expect, it } from "vitest";
import { createRandom } from "./random.js";

const mask = 0xffffffffn;

/** splitmix32 and sfc32 as published, in BigInt; seeds below 2³² on the first stream. */
function* reference(seed: number): Generator<number> {
  let state = (BigInt(seed) ^ 0x85ebca6bn) & mask;
  const splitmix = (): bigint => {
    state = (state + 0x9e3779b9n) & mask;
    let z = ((state ^ (state >> 16n)) * 0x21f0aaadn) & mask;
    z = ((z ^ (z >> 15n)) * 0x735a2d97n) & mask;
    return z ^ (z >> 15n);
  };
  let [a, b, c, counter] = [splitmix(), splitmix(), splitmix(), 1n];
  for (let i = 0; ; i++) {
    const sum = (a + b + counter) & mask;
    counter = (counter + 1n) & mask;
    a = b ^ (b >> 9n);
    b = (c + (c << 3n)) & mask;
    c = (((c << 21n) | (c >> 11n)) + sum) & mask;
    if (i >= 12) yield Number(sum) / 2 ** 32;
  }
}

const draws = (count: number, seed: number, stream?: number): number[] => {
  const random = createRandom(seed, stream);
  return Array.from({ length: count }, () => random.uniform());
};

describe("createRandom", () => {
  it.each([0, 1, 42, 0xffffffff])("gives the stream of sfc32 for seed %i", (seed) => {
    const expected = reference(seed);
    expect(draws(200, seed)).toEqual(Array.from({ length: 200 }, () => expected.next().value));
  });

  it("gives the same stream again, and another one for another seed, high bits included, or another stream", () => {
    const first = draws(8, 7);
    expect(draws(8, 7)).toEqual(first);
    for (const other of [draws(8, 8), draws(8, 7 + 2 ** 32), draws(8, 7, 1), draws(8, 7, 2)]) {
      expect(other.filter((value) => first.includes(value))).toEqual([]);
    }
  });

  it("draws uniformly from [0, 1)", () => {
    const values = draws(100_000, 3);
    const counts = new Array(20).fill(0);
    for (const value of values) counts[Math.floor(20 * value)]++;
    expect(Math.min(...counts)).toBeGreaterThan(0);
    // χ² with 19 degrees of freedom has mean 19 and deviation 6
    expect(counts.reduce((sum, count) => sum + (count - 5000) ** 2 / 5000, 0)).toBeLessThan(50);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
  });

  it("draws normal values with the right moments", () => {
    const random = createRandom(4);
    const values = Array.from({ length: 100_000 }, () => random.normal());
    const moment = (power: number): number => values.reduce((sum, value) => sum + value ** power, 0) / values.length;
    // standard errors: 0.003, 0.004, 0.012, 0.031
    expect(Math.abs(moment(1))).toBeLessThan(0.015);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.02);
    expect(Math.abs(moment(3))).toBeLessThan(0.06);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.15);
    // the two values of a Box–Muller pair are independent
    const pairs = values.reduce((sum, value, i) => (i % 2 === 0 ? sum + value * values[i + 1] : sum), 0);
    expect(Math.abs(pairs / 50_000)).toBeLessThan(0.02);
  });

  it("draws every integer below the bound, and only these", () => {
    const random = createRandom(5);
    const counts = new Array(7).fill(0);
    for (let i = 0; i < 70_000; i++) counts[random.integer(7)]++;
    expect(counts).toHaveLength(7);
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
    expect(random.integer(1)).toBe(0);
    expect(random.integer(2 ** 32)).toBeGreaterThan(6);
  });

  it("shuffles every order equally often", () => {
    const random = createRandom(6);
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const values = [0, 1, 2, 3];
      random.shuffle(values);
      counts.set(values.join(), (counts.get(values.join()) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(160);
  });

  it("shuffles typed arrays, and leaves none and one as they are", () => {
    const random = createRandom(7);
    const values = Int32Array.from({ length: 50 }, (_, i) => i);
    random.shuffle(values);
    expect(Array.from(values)).not.toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(Array.from(values).sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    const [none, one] = [[] as number[], [9]];
    random.shuffle(none);
    random.shuffle(one);
    expect([none, one]).toEqual([[], [9]]);
  });
});
