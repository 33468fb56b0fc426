// pseudo-labels of the factor over all models, for models with few labels of their own
const priorLabels = 10;

/** (R, M) predicted logarithms beside those of what was recorded, NaN where unknown. */
export interface PredictedLogarithms {
  outputs: Float32Array;
  targets: Float32Array;
}

/**
 * Duan's smearing factor of every model, Σ y / Σ exp(predicted ln y): what turns the exponential of a mean logarithm,
 * which is a median and too low, into a mean. Shrunk to the factor over all models and kept within [¼, 4].
 *
 * @param parts rows in any number of parts
 * @returns (M) factors; 1 for all where nothing is recorded
 * Source: Duan 1983
 */
export function smearingFactors(parts: readonly PredictedLogarithms[], M: number): Float64Array {
  const recorded = new Float64Array(M);
  const predicted = new Float64Array(M);
  const labels = new Float64Array(M);
  // the pool is over log-normalised rows: models of unlike scale must weigh alike
  let pooledRatio = 0;
  let pooledLabels = 0;
  for (const { outputs, targets } of parts) {
    targets.forEach((target, i) => {
      if (Number.isNaN(target)) return;
      recorded[i % M] += Math.exp(target);
      predicted[i % M] += Math.exp(outputs[i]);
      labels[i % M]++;
    });
  }
  for (let m = 0; m < M; m++) {
    if (predicted[m] === 0) continue;
    pooledRatio += labels[m] * Math.log(recorded[m] / predicted[m]);
    pooledLabels += labels[m];
  }
  const pooled = pooledLabels > 0 ? pooledRatio / pooledLabels : 0;
  return labels.map((count, m) => {
    const own = count > 0 ? Math.log(recorded[m] / predicted[m]) : 0;
    const shrunk = (count * own + priorLabels * pooled) / (count + priorLabels);
    return Math.min(4, Math.max(0.25, Math.exp(shrunk)));
  });
}
