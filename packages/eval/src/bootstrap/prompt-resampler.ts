import { createRandom } from "@onehead/core/training";

/** Draws prompts with replacement, for several sets of rows at once. */
export interface PromptResampler {
  /** Prompts that the sets hold together, each counted once. */
  readonly prompts: number;
  /** (C_k) weights of the rows of each set, overwritten by {@link next}: how often the row's prompt was drawn. */
  readonly weights: readonly Float64Array[];
  /** Draws as many prompts as there are, anew where a set is left without any. */
  next(): void;
}

/**
 * A bootstrap over prompts: what is drawn is the prompt, and with it every row that it owns in every set.
 *
 * The held-out rows of several seeds overlap, and repeated prompts within a set share their luck; drawing rows, or drawing
 * in each set on its own, would count the same evidence several times.
 *
 * @param keys (C_k) number of the prompt of each row, one array a set; each has at least one row
 * @param seed any safe integer
 */
export function createPromptResampler(keys: readonly ArrayLike<number>[], seed: number): PromptResampler {
  const indexOf = new Map<number, number>();
  const promptOf = keys.map((set) =>
    Uint32Array.from(set, (key) => {
      const index = indexOf.get(key) ?? indexOf.size;
      indexOf.set(key, index);
      return index;
    }),
  );
  const prompts = indexOf.size;
  const random = createRandom(seed);
  const counts = new Uint32Array(prompts);
  const weights = promptOf.map((rows) => new Float64Array(rows.length));
  const draw = (): boolean => {
    counts.fill(0);
    for (let i = 0; i < prompts; i++) counts[random.integer(prompts)]++;
    let everySetHasRows = true;
    for (const [k, rows] of promptOf.entries()) {
      let drawn = 0;
      for (let row = 0; row < rows.length; row++) {
        weights[k][row] = counts[rows[row]];
        drawn += weights[k][row];
      }
      if (drawn === 0) everySetHasRows = false;
    }
    return everySetHasRows;
  };
  return {
    prompts,
    weights,
    next() {
      while (!draw());
    },
  };
}
