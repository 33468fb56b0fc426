/** A factor beyond this is one outlier speaking. */
const greatestFactor = 4;

/**
 * Duan's smearing factor of every model: Σ c / Σ exp(predicted ln c) over its known rows.
 *
 * The exponential of a mean logarithm is a geometric mean, which is below the mean; the factor makes up for it. Kept
 * within [¼, 4].
 *
 * @param costs (R, N) USD, NaN where unknown
 * @param logs  (R, N) predicted logarithms
 * @returns (N), rounded to float32; NaN where fewer than `fewestRows` rows are known
 * Source: Duan, Journal of the American Statistical Association 78 (1983), as a ratio of means
 */
export function smearingFactors(
  costs: Float64Array,
  logs: Float64Array,
  models: number,
  fewestRows: number,
): Float64Array {
  const recorded = new Float64Array(models);
  const predicted = new Float64Array(models);
  const counts = new Int32Array(models);
  for (let i = 0; i < costs.length; i++) {
    if (Number.isNaN(costs[i])) continue;
    recorded[i % models] += costs[i];
    predicted[i % models] += Math.exp(logs[i]);
    counts[i % models]++;
  }
  return recorded.map((sum, m) => {
    if (counts[m] < fewestRows) return Number.NaN;
    return Math.fround(Math.min(greatestFactor, Math.max(1 / greatestFactor, sum / predicted[m])));
  });
}
