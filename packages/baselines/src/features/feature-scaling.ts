/** Shift a column and one scale for all: x' = (x − mean) · scale. */
export interface FeatureScaling {
  /** (D), float32 values. */
  means: Float64Array;
  /** 1 / the root mean square of all deviations; 0 where every row is the same. */
  scale: number;
}

/**
 * Scaling of (R, D) rows, R ≥ 1, to columns of mean 0 and a *mean* variance of 1.
 *
 * One scale for all columns keeps the spreads that the embedder gave them, by which kNN's cosine weighs them too.
 * Variance 1 for each column lifts its faintest directions to the level of the strongest: it cost ridge and the joint
 * MLP .002 to .006 of held-out log loss on three sets of four, and won .001 to .003 on the fourth.
 */
export function fitFeatureScaling(rows: Float32Array, dimensions: number): FeatureScaling {
  const count = rows.length / dimensions;
  const means = new Float64Array(dimensions);
  for (let i = 0; i < rows.length; i++) means[i % dimensions] += rows[i];
  for (let d = 0; d < dimensions; d++) means[d] = Math.fround(means[d] / count);
  // a second pass: Σ x² − n·mean² cancels where the rows are nearly equal
  let squares = 0;
  let greatest = 0;
  for (let i = 0; i < rows.length; i++) {
    squares += (rows[i] - means[i % dimensions]) ** 2;
    greatest = Math.max(greatest, Math.abs(rows[i]));
  }
  const deviation = Math.sqrt(squares / rows.length);
  // float32 noise around a constant is no feature
  return { means, scale: deviation > 1e-6 * greatest ? 1 / deviation : 0 };
}

/** Scaled copy of (R, D) rows. */
export function scaleFeatures(rows: Float32Array, { means, scale }: FeatureScaling): Float32Array {
  const dimensions = means.length;
  const out = new Float32Array(rows.length);
  for (let i = 0; i < rows.length; i++) out[i] = (rows[i] - means[i % dimensions]) * scale;
  return out;
}
