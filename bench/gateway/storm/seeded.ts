/** Draws that a seed gives again. */
export interface Draws {
  /** Uniform in [0, 1). */
  next(): number;
  pick<T>(list: readonly T[]): T;
  /** Whole, from `least` to `most`. */
  whole(least: number, most: number): number;
}

/** mulberry32: enough for a storm. */
export function seeded(seed: number): Draws {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    pick: (list) => list[Math.floor(next() * list.length)],
    whole: (least, most) => least + Math.floor(next() * (most - least + 1)),
  };
}
