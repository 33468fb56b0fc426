/**
 * Mean of every column over its known entries, shrunk by `prior` pseudo-counts to the mean of all entries, or of the
 * columns of its own kind.
 *
 * @param values (R, M), NaN where unknown
 * @param kinds  (M)
 */
export function shrunkMeans(
  values: Float32Array,
  R: number,
  M: number,
  prior: number,
  kinds: readonly string[] = Array(M).fill(""),
): Float64Array {
  const sums = new Float64Array(M);
  const counts = new Float64Array(M);
  for (let i = 0; i < R * M; i++) {
    const value = values[i];
    if (Number.isNaN(value)) continue;
    sums[i % M] += value;
    counts[i % M]++;
  }
  return sums.map((sum, m) => {
    let total = 0;
    let known = 0;
    for (let n = 0; n < M; n++) {
      if (kinds[n] !== kinds[m]) continue;
      total += sums[n];
      known += counts[n];
    }
    const overall = known > 0 ? total / known : 0;
    return counts[m] + prior > 0 ? (sum + prior * overall) / (counts[m] + prior) : overall;
  });
}
