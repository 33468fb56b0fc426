/**
 * Mean of the known entries of each column of a (R, C) matrix: Σ y / n over the entries that are not NaN.
 *
 * @returns (C), rounded to float32; NaN for a column without entries
 */
export function columnMeans(values: Float32Array | Float64Array, columns: number): Float64Array {
  const sums = new Float64Array(columns);
  const counts = new Int32Array(columns);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (Number.isNaN(value)) continue;
    sums[i % columns] += value;
    counts[i % columns]++;
  }
  return sums.map((sum, c) => Math.fround(sum / counts[c]));
}
