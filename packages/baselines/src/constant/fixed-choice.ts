import type { RowTable } from "@onehead/data";
import type { Baseline } from "../baseline.js";
import { leastCostUsd } from "../cost/mean-cost.js";
import { queryRows } from "../labels/assert-labelled.js";
import { columnMeans } from "../labels/column-means.js";
import { cellTensors } from "../state/known-cells.js";
import type { PredictorState } from "../state/predictor-state.js";
import type { StateReader } from "../state/state-reader.js";

/** (2, N) every model's mean training score, then its mean USD; NaN where none is known. */
export type MeanOutcomes = Float32Array;

export function meanOutcomes({ scores, costs, models }: RowTable): MeanOutcomes {
  // Math.max keeps the NaN of a model without costs
  const usd = columnMeans(costs, models.length).map((cost) => Math.max(cost, leastCostUsd));
  return Float32Array.of(...columnMeans(scores, models.length), ...usd);
}

/** @throws ArtifactError naming the field */
export function readMeanOutcomes(reader: StateReader): MeanOutcomes {
  return reader.cells("means", 2, reader.models);
}

/**
 * A router whose choice is made beforehand. The chosen model is predicted to score and cost what it did on the mean of the training
 * rows; of the others nothing is predicted (NaN), so that no willingness to pay moves the choice. A model without a recorded cost
 * is predicted no cost, and cannot be chosen.
 *
 * @param choose model index for the row that starts at `start` of `embeddings`
 * @param state  what is stored of it beside the means
 */
export function fixedChoice(
  label: { id: string; name: string },
  means: MeanOutcomes,
  dimensions: number,
  choose: (embeddings: Float32Array, start: number) => number,
  state: Omit<PredictorState, "tensors">,
): Baseline {
  const N = means.length / 2;
  return {
    ...label,
    estimatesQuality: false,
    predict(embeddings) {
      const rows = queryRows(label.id, embeddings, dimensions);
      const quality = new Float32Array(rows * N).fill(Number.NaN);
      const costUsd = new Float64Array(rows * N).fill(Number.NaN);
      for (let r = 0; r < rows; r++) {
        const chosen = choose(embeddings, r * dimensions);
        quality[r * N + chosen] = means[chosen];
        costUsd[r * N + chosen] = means[N + chosen];
      }
      return { quality, costUsd };
    },
    toState: () => ({ quality: { ...state, tensors: cellTensors("means", means, 2, N) }, cost: null }),
  };
}
