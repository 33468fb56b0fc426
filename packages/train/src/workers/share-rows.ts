import type { LabelledRows } from "../trainer/member-trainer.js";

/** The same rows in memory that all threads see: a copy for each would take as long as an epoch. */
export function shareRows({ rows, embeddings, scores, costTargets, inputTokens }: LabelledRows): LabelledRows {
  const share = (values: Float32Array): Float32Array => {
    const shared = new Float32Array(new SharedArrayBuffer(values.byteLength));
    shared.set(values);
    return shared;
  };
  return {
    rows,
    embeddings: share(embeddings),
    scores: share(scores),
    costTargets: share(costTargets),
    inputTokens,
  };
}
