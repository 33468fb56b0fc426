/** Mean and scale of each plain feature over the training texts. */
export interface PlainStatistics {
  /** (P) */
  readonly mean: Float32Array;
  /** (P) standard deviation; 0 where the feature never varied, which switches it off */
  readonly deviation: Float32Array;
}

const clipAt = 3;

/** Statistics of (rows, count) raw features. */
export function fitPlainStatistics(raw: Float32Array, rows: number, count: number): PlainStatistics {
  const mean = new Float32Array(count);
  const deviation = new Float32Array(count);
  for (let j = 0; j < count; j++) {
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += raw[r * count + j];
    const average = sum / rows;
    let squares = 0;
    for (let r = 0; r < rows; r++) squares += (raw[r * count + j] - average) ** 2;
    mean[j] = average;
    deviation[j] = Math.sqrt(squares / rows);
  }
  return { mean, deviation };
}

/**
 * Standardises raw features in place: x_j ← clip((x_j − mean_j) / deviation_j, ±3) · weight / √P,
 * so that the block's length is about `weight` beside a text block of length 1.
 */
export function standardize(
  vector: Float32Array,
  offset: number,
  { mean, deviation }: PlainStatistics,
  weight: number,
): void {
  const count = mean.length;
  const scale = weight / Math.sqrt(count);
  for (let j = 0; j < count; j++) {
    const score = deviation[j] > 0 ? (vector[offset + j] - mean[j]) / deviation[j] : 0;
    vector[offset + j] = Math.max(-clipAt, Math.min(clipAt, score)) * scale;
  }
}
