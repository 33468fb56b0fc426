import type { Preference } from "../decision/reward.js";
import type { Pool } from "../router/pool.js";
import type { BlockInputs } from "./block-program.js";
import type { ScoreTerms } from "./block-scorer.js";
import { fromJoint, fromProbed, termsPerCandidate, unusable } from "./choice-source.js";

// squares of a length that float32 can be trusted with, whatever the kernels multiply it with
const leastSquare = 1e-20;
const greatestSquare = 1e20;
const mostTokens = 1e12;

/** Arrays that one block is copied into before it is launched. */
export class BlockArrays {
  readonly #embeddings: Float32Array;
  readonly #rows: Float32Array;
  readonly #dimensions: number;
  readonly #inner: number;

  constructor(rows: number, dimensions: number, inner: number) {
    this.#embeddings = new Float32Array(rows * inner);
    this.#rows = new Float32Array(2 * rows);
    this.#dimensions = dimensions;
    this.#inner = inner;
  }

  /**
   * Copies rows in; what was there of other blocks stays after them.
   *
   * @param refused receives the rows that are not for a GPU: no finite numbers, or so long or short that float32 may overflow
   */
  fill(
    embeddings: Float32Array,
    inputTokens: ArrayLike<number>,
    start: number,
    count: number,
    refused: number[],
  ): Pick<BlockInputs, "embeddings" | "rows"> {
    const D = this.#dimensions;
    const to = this.#embeddings;
    for (let i = 0; i < count; i++) {
      const row = start + i;
      let at = i * this.#inner;
      let squares = 0;
      for (let d = row * D; d < (row + 1) * D; d++) {
        const value = embeddings[d];
        squares += value * value;
        to[at++] = value;
      }
      const tokens = inputTokens[row];
      const sound = squares === 0 || (squares > leastSquare && squares < greatestSquare);
      // a comparison with NaN is false
      if (sound && tokens >= 0 && tokens <= mostTokens) {
        this.#rows[2 * i] = squares > 0 ? 1 / Math.sqrt(squares) : 1;
        this.#rows[2 * i + 1] = tokens;
        continue;
      }
      refused.push(row);
      // what stands there must not slow the others down or end in their sums
      to.fill(0, i * this.#inner, (i + 1) * this.#inner);
      this.#rows.fill(0, 2 * i, 2 * i + 2);
    }
    return { embeddings: to, rows: this.#rows };
  }
}

/**
 * What the choice needs to know of the candidates: see `choiceSource`.
 *
 * @param candidates padded
 * @param bias       β
 */
export function termsOf(
  pool: Pool,
  candidates: number,
  { feedbackShifts }: ScoreTerms,
  bias: number,
  inverseTemperature: number,
): Float32Array {
  const terms = new Float32Array(candidates * termsPerCandidate);
  pool.candidates.forEach((_, n) => {
    const probed = pool.sources[n] < 0;
    const own = probed ? 0 : bias + pool.logitShifts[n] * inverseTemperature;
    const perOutput = pool.usdPerAmount[n];
    const perInput = pool.inputPricesUsd[n];
    const usable = Number.isFinite(perOutput) && Number.isFinite(perInput);
    const source = probed ? fromProbed : fromJoint;
    terms.set(
      usable ? [own + (feedbackShifts?.[n] ?? 0), perOutput, perInput, source] : [0, 0, 0, unusable],
      n * termsPerCandidate,
    );
  });
  return terms;
}

/** Weights of quality and of cost in a reward that neither overflows nor vanishes: R · min(1, λ). */
export function scalesOf({ reward, lambdaUsd }: Preference): Pick<BlockInputs, "worth" | "price" | "exponential"> {
  return {
    worth: Math.min(1, lambdaUsd),
    price: Math.min(1, 1 / lambdaUsd),
    exponential: reward === "exponential" ? 1 : 0,
  };
}
