import type { Baseline } from "../baseline.js";
import { queryRows } from "../labels/assert-labelled.js";
import type { PredictorState } from "../state/predictor-state.js";

/**
 * A router whose choice is made beforehand: quality 1 for the chosen model, 0 for the others, and one price for all, so
 * that no willingness to pay moves the choice.
 *
 * @param choose model index for the row that starts at `start` of `embeddings`
 * @param state  what is stored of it
 */
export function fixedChoice(
  label: { id: string; name: string },
  models: number,
  dimensions: number,
  choose: (embeddings: Float32Array, start: number) => number,
  state: Omit<PredictorState, "tensors">,
): Baseline {
  return {
    ...label,
    estimatesQuality: false,
    predict(embeddings) {
      const rows = queryRows(label.id, embeddings, dimensions);
      const quality = new Float32Array(rows * models);
      for (let r = 0; r < rows; r++) quality[r * models + choose(embeddings, r * dimensions)] = 1;
      return { quality, costUsd: new Float64Array(rows * models).fill(samePriceUsd) };
    },
    toState: () => ({ quality: { ...state, tensors: {} }, cost: null }),
  };
}

// any positive price serves, as long as it is the same
const samePriceUsd = 1e-3;
