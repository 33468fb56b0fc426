/** Whole numbers below a bound, the same on every runtime: a linear congruential generator in integers alone. */
export function wholeNumbers(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    // the upper bits; the lower ones repeat soon
    return (state >>> 8) % bound;
  };
}
