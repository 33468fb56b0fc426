import type { LabelledRows } from "../trainer/member-trainer.js";

/** At most `most` of the rows, at even distances: files are sorted by task more often than not. */
export function thinRows(rows: LabelledRows, most: number): LabelledRows {
  if (rows.rows <= most) return rows;
  const D = rows.embeddings.length / rows.rows;
  const M = rows.scores.length / rows.rows;
  const thin: LabelledRows = {
    rows: most,
    embeddings: new Float32Array(most * D),
    scores: new Float32Array(most * M),
    costTargets: new Float32Array(most * M),
    inputTokens: new Float64Array(most),
  };
  for (let i = 0; i < most; i++) {
    const r = Math.floor((i * rows.rows) / most);
    thin.embeddings.set(rows.embeddings.subarray(r * D, (r + 1) * D), i * D);
    thin.scores.set(rows.scores.subarray(r * M, (r + 1) * M), i * M);
    thin.costTargets.set(rows.costTargets.subarray(r * M, (r + 1) * M), i * M);
    thin.inputTokens[i] = rows.inputTokens[r];
  }
  return thin;
}
