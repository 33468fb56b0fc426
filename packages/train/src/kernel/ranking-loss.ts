/**
 * How well logits place the models of a row, and the row itself: mean over rows of
 *
 *   log loss of the row's known scores + mean over its pairs (a right, b wrong) of ln(1 + exp(−(z_a − z_b)))
 *
 * The second part is blind to how hard a row is, as is the choice between models; the log loss alone is mostly difficulty.
 * Scores above ½ count as right. Rows without a known score do not count; 0 where there are none.
 *
 * @param logits, scores (R, M), NaN scores unknown
 */
export function rankingLoss(logits: Float32Array, scores: Float32Array, M: number): number {
  let total = 0;
  let rows = 0;
  for (let start = 0; start < scores.length; start += M) {
    let loss = 0;
    let known = 0;
    let ranking = 0;
    let pairs = 0;
    for (let a = start; a < start + M; a++) {
      if (Number.isNaN(scores[a])) continue;
      known++;
      loss += softplus(logits[a]) - scores[a] * logits[a];
      if (scores[a] <= 0.5) continue;
      for (let b = start; b < start + M; b++) {
        if (!(scores[b] <= 0.5)) continue;
        ranking += softplus(logits[b] - logits[a]);
        pairs++;
      }
    }
    if (known === 0) continue;
    rows++;
    total += loss / known + (pairs > 0 ? ranking / pairs : 0);
  }
  return rows > 0 ? total / rows : 0;
}

/** ln(1 + eᶻ), without overflow. */
function softplus(z: number): number {
  return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
}
