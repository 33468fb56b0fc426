/**
 * (K, C) mean of the known targets of each cluster's rows, shrunk toward the column's prior by pseudo-counts.
 *
 * @param clusters (R) cluster of each row
 * @param targets  (R, C), NaN where unknown
 * @param prior    (C)
 */
export function clusterMeans(
  clusters: Int32Array,
  K: number,
  targets: Float32Array | Float64Array,
  prior: Float64Array,
  priorCount: number,
): Float64Array {
  const C = prior.length;
  const sums = Float64Array.from({ length: K * C }, (_, i) => priorCount * prior[i % C]);
  const counts = new Float64Array(K * C).fill(priorCount);
  clusters.forEach((k, r) => {
    for (let c = 0; c < C; c++) {
      const target = targets[r * C + c];
      if (Number.isNaN(target)) continue;
      sums[k * C + c] += target;
      counts[k * C + c]++;
    }
  });
  return sums.map((sum, i) => (counts[i] > 0 ? sum / counts[i] : prior[i % C]));
}
