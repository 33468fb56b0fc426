/**
 * Each model's mean score with one pseudo-label of ½: (Σ s + ½) / (n + 1).
 *
 * What predictions are shrunk toward. With a thousand labels it is the plain mean to half a thousandth; with one label
 * it stays off 0 and 1, where one lucky answer would make a model win every prompt. No other model's labels enter.
 *
 * @param scores (R, N), NaN where unknown
 * @returns (N), rounded to float32, as everything that predictions are made of
 * Source: the Krichevsky–Trofimov estimator (1981), for scores in [0, 1]
 */
export function priorMeans(scores: Float32Array, models: number): Float64Array {
  const sums = new Float64Array(models).fill(0.5);
  const counts = new Float64Array(models).fill(1);
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i];
    if (Number.isNaN(score)) continue;
    sums[i % models] += score;
    counts[i % models]++;
  }
  return sums.map((sum, m) => Math.fround(sum / counts[m]));
}
