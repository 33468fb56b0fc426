/**
 * Gradients of the mean Bradley–Terry log loss over all pairs of models of which a row's scores differ:
 *
 *   −ln σ(z_a − z_b) where s_a > s_b
 *
 * @param dLogits (R, M) set; logits (R, M); scores (R, M), NaN where unknown
 * @returns the number of pairs
 */
export function pairGradients(dLogits: Float32Array, logits: Float32Array, scores: Float32Array, M: number): number {
  dLogits.fill(0);
  let pairs = 0;
  for (let start = 0; start < scores.length; start += M) {
    for (let a = start; a < start + M; a++) {
      for (let b = start; b < start + M; b++) {
        // a NaN is greater than nothing
        if (!(scores[a] > scores[b])) continue;
        const lost = 1 / (1 + Math.exp(logits[a] - logits[b]));
        dLogits[a] -= lost;
        dLogits[b] += lost;
        pairs++;
      }
    }
  }
  for (let i = 0; i < dLogits.length && pairs > 0; i++) dLogits[i] /= pairs;
  return pairs;
}
