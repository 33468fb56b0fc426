/** A seeded stream of pseudo-random numbers: the same seed gives the same bits on every runtime. */
export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  uniform(): number;
  /** Standard normal, by the engine's own logarithm and cosine: engines may differ in the last bit. */
  normal(): number;
  /** Uniform integer in [0, bound); `bound` from 1 to 2³². */
  integer(bound: number): number;
  /** Shuffles in place (Fisher–Yates). */
  shuffle(values: { [index: number]: number; readonly length: number }): void;
}

/**
 * Seeded generator: sfc32 (Chris Doty-Humphrey, PractRand; passes PractRand and BigCrush), seeded by splitmix32.
 *
 * @param seed any safe integer; streams of different `seed` or `stream` are independent
 */
export function createRandom(seed: number, stream = 0): Random {
  let state = (seed ^ Math.imul(Math.floor(seed / 0x1_0000_0000), 0x9e3779b9) ^ Math.imul(stream + 1, 0x85ebca6b)) | 0;
  const nextSeed = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  let a = nextSeed();
  let b = nextSeed();
  let c = nextSeed();
  let counter = 1;

  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  // the first outputs of sfc32 still show the seed
  for (let i = 0; i < 12; i++) next();

  const uniform = (): number => next() / 0x1_0000_0000;
  let spare = Number.NaN;
  return {
    uniform,
    normal() {
      if (!Number.isNaN(spare)) {
        const value = spare;
        spare = Number.NaN;
        return value;
      }
      // Box–Muller; 1 - u keeps the logarithm finite
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      const angle = 2 * Math.PI * uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
    integer(bound) {
      return Math.floor(uniform() * bound);
    },
    shuffle(values) {
      for (let i = values.length - 1; i > 0; i--) {
        const j = Math.floor(uniform() * (i + 1));
        const held = values[i];
        values[i] = values[j];
        values[j] = held;
      }
    },
  };
}
