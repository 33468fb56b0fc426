const N = 624;
const M = 397;

/**
 * Shuffles in place as `numpy.random.seed(seed); numpy.random.shuffle(values)` does, so that a split made by it is made again.
 *
 * @param {unknown[]} values
 * @param {number} seed 0 to 2³² − 1
 * Source: Matsumoto and Nishimura 1998 (MT19937); NumPy's legacy generator: Fisher–Yates from the end, masked rejection
 */
export function numpyShuffle(values, seed) {
  const next = mersenneTwister(seed);
  for (let i = values.length - 1; i > 0; i--) {
    const mask = 2 ** (32 - Math.clz32(i)) - 1;
    let j = next() & mask;
    while (j >>> 0 > i) j = next() & mask;
    [values[i], values[j]] = [values[j], values[i]];
  }
}

/** Unsigned 32-bit words of MT19937. */
function mersenneTwister(seed) {
  const state = new Uint32Array(N);
  state[0] = seed;
  for (let i = 1; i < N; i++) state[i] = Math.imul(1812433253, state[i - 1] ^ (state[i - 1] >>> 30)) + i;
  let at = N;
  return () => {
    if (at === N) {
      for (let i = 0; i < N; i++) {
        const y = (state[i] & 0x80000000) | (state[(i + 1) % N] & 0x7fffffff);
        state[i] = state[(i + M) % N] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
      }
      at = 0;
    }
    let y = state[at++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
}
