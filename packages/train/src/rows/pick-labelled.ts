import type { LabelledRows } from "../trainer/member-trainer.js";

/** Copies of the picked rows, in the order of `picked`. */
export function pickLabelled(rows: LabelledRows, picked: Int32Array): LabelledRows {
  return {
    rows: picked.length,
    embeddings: pickRows(rows.embeddings, picked, rows.embeddings.length / rows.rows),
    scores: pickRows(rows.scores, picked, rows.scores.length / rows.rows),
    costTargets: pickRows(rows.costTargets, picked, rows.costTargets.length / rows.rows),
    inputTokens: Float64Array.from(picked, (r) => rows.inputTokens[r]),
  };
}

/** Rows of a (rows, columns) matrix. */
export function pickRows(values: Float32Array, picked: Int32Array, columns: number): Float32Array {
  const out = new Float32Array(picked.length * columns);
  picked.forEach((r, i) => {
    out.set(values.subarray(r * columns, (r + 1) * columns), i * columns);
  });
  return out;
}
