import { OneheadError } from "../errors/onehead-error.js";
import { assertAtLeast } from "../errors/shape-error.js";

/**
 * Inverted dropout in place: values ⊙ mask, the mask 0 with probability `rate` and 1/(1 − rate) elsewhere.
 *
 * Its backward pass is the same product: dX = dOut ⊙ mask.
 *
 * @param values, mask `count` values
 * @param random draws the mask; null (when predicting) or a rate of 0 leaves the values and sets the mask to ones
 * @throws ShapeError when a buffer is shorter than `count`, OneheadError "invalid-argument" for a rate outside [0, 1)
 * Source: Srivastava et al. 2014
 */
export function dropout(
  values: Float32Array,
  mask: Float32Array,
  count: number,
  rate: number,
  random: { uniform(): number } | null,
): void {
  assertAtLeast("dropout: values", values.length, count);
  assertAtLeast("dropout: mask", mask.length, count);
  if (!(rate >= 0 && rate < 1)) {
    throw new OneheadError("invalid-argument", `dropout: rate is out of range: ${rate}, expected 0 ≤ rate < 1`);
  }
  if (random === null || rate === 0) {
    mask.fill(1, 0, count);
    return;
  }
  const keep = 1 / (1 - rate);
  for (let i = 0; i < count; i++) {
    mask[i] = random.uniform() < rate ? 0 : keep;
    values[i] *= mask[i];
  }
}
