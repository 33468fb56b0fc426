import { estimateTokens } from "@onehead/core";
import type { RowTable } from "@onehead/data";
import type { LabelledRows } from "../trainer/member-trainer.js";

/**
 * The given rows of a table as the network takes them.
 *
 * @param embeddings (picked.length, D), already in the order of `picked`
 * @param targets    (R, M) cost targets of the whole table
 */
export function labelledRows(
  table: RowTable,
  targets: Float32Array,
  picked: Int32Array,
  embeddings: Float32Array,
): LabelledRows {
  const M = table.models.length;
  const rows: LabelledRows = {
    rows: picked.length,
    embeddings,
    scores: new Float32Array(picked.length * M),
    costTargets: new Float32Array(picked.length * M),
    inputTokens: new Float64Array(picked.length),
  };
  picked.forEach((r, i) => {
    const recorded = table.inputTokens[r];
    rows.inputTokens[i] = recorded >= 0 ? recorded : estimateTokens(table.prompts[r]);
    rows.scores.set(table.scores.subarray(r * M, (r + 1) * M), i * M);
    rows.costTargets.set(targets.subarray(r * M, (r + 1) * M), i * M);
  });
  return rows;
}
