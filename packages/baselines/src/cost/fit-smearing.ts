import { type RowTable, selectRows } from "@onehead/data";
import type { LabelledEmbeddings } from "../baseline.js";
import type { LogCostModel } from "./log-cost-model.js";
import { smearingFactors } from "./smearing-factors.js";

/** With fewer validation costs than this a model's factor comes from training rows. */
const fewestCosts = 10;
/** Training rows are only a stand-in for missing validation rows; this many a model say enough. */
const mostRowsPerModel = 200;

/**
 * (N) smearing factors of a fitted log cost model: from the validation rows, or from up to 200 of its training rows for
 * a model with fewer than ten validation costs (fitted to these rows, so that the factor says little of its errors).
 */
export function fitSmearing(
  train: LabelledEmbeddings,
  validation: LabelledEmbeddings,
  model: Pick<LogCostModel, "predict">,
): Float64Array {
  const N = train.table.models.length;
  const D = train.dimensions;
  const logs = model.predict(validation.embeddings, validation.table.inputTokens);
  const factors = smearingFactors(validation.table.costs, logs, N, fewestCosts);
  const rows = rowsWithCostOf(train.table, (m) => Number.isNaN(factors[m]));
  if (rows.length === 0) return factors;

  const embeddings = new Float32Array(rows.length * D);
  rows.forEach((row, i) => {
    embeddings.set(train.embeddings.subarray(row * D, (row + 1) * D), i * D);
  });
  const table = selectRows(train.table, rows);
  const trainingFactors = smearingFactors(table.costs, model.predict(embeddings, table.inputTokens), N, 1);
  return factors.map((factor, m) => (Number.isNaN(factor) ? trainingFactors[m] : factor));
}

/** Rows, ascending, that hold one of the first costs of a wanted model. */
function rowsWithCostOf({ costs, ids, models }: RowTable, isWanted: (model: number) => boolean): number[] {
  const N = models.length;
  const missing = Int32Array.from(models, (_, m) => (isWanted(m) ? mostRowsPerModel : 0));
  const rows: number[] = [];
  for (let r = 0; r < ids.length; r++) {
    let serves = false;
    for (let m = 0; m < N; m++) {
      if (missing[m] === 0 || Number.isNaN(costs[r * N + m])) continue;
      missing[m]--;
      serves = true;
    }
    if (serves) rows.push(r);
  }
  return rows;
}
