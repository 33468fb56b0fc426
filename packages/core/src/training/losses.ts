import { assertAtLeast } from "../errors/shape-error.js";
import { sigmoid } from "../kernels/exp.js";

/** Sum of a loss over the known labels, and how many there were. */
export interface MaskedLoss {
  loss: number;
  labels: number;
}

/**
 * Binary cross-entropy of logits against scores in [0, 1]; NaN targets are unknown and contribute nothing.
 *
 *   L = Σ max(z, 0) − z s + ln(1 + e^−|z|),   dLogits = scale · (σ(z) − s)
 *
 * @param dLogits, logits, targets `count` values; dLogits is 0 where the target is unknown
 * @param scale factor on the gradients only, such as 1/labels for a mean
 * @throws ShapeError when a buffer is shorter than `count`
 */
export function maskedBinaryCrossEntropy(
  dLogits: Float32Array,
  logits: Float32Array,
  targets: Float32Array,
  count: number,
  scale: number,
): MaskedLoss {
  assertAtLeast("maskedBinaryCrossEntropy: dLogits", dLogits.length, count);
  assertAtLeast("maskedBinaryCrossEntropy: logits", logits.length, count);
  assertAtLeast("maskedBinaryCrossEntropy: targets", targets.length, count);
  let loss = 0;
  let labels = 0;
  for (let i = 0; i < count; i++) {
    const target = targets[i];
    if (Number.isNaN(target)) {
      dLogits[i] = 0;
      continue;
    }
    const z = logits[i];
    loss += Math.max(z, 0) - z * target + Math.log1p(Math.exp(-Math.abs(z)));
    dLogits[i] = scale * (sigmoid(z) - target);
    labels++;
  }
  return { loss, labels };
}

/**
 * Huber loss of predictions; NaN targets are unknown and contribute nothing.
 *
 *   L = Σ ½ r² where |r| ≤ δ, else δ (|r| − ½ δ), with r = prediction − target;   dPredictions = scale · clamp(r, ±δ)
 *
 * @param dPredictions, predictions, targets `count` values; dPredictions is 0 where the target is unknown
 * @param delta δ > 0, the residual beyond which the loss is linear
 * @param scale factor on the gradients only, such as 1/labels for a mean
 * @throws ShapeError when a buffer is shorter than `count`
 * Source: Huber 1964
 */
export function maskedHuber(
  dPredictions: Float32Array,
  predictions: Float32Array,
  targets: Float32Array,
  count: number,
  delta: number,
  scale: number,
): MaskedLoss {
  assertAtLeast("maskedHuber: dPredictions", dPredictions.length, count);
  assertAtLeast("maskedHuber: predictions", predictions.length, count);
  assertAtLeast("maskedHuber: targets", targets.length, count);
  let loss = 0;
  let labels = 0;
  for (let i = 0; i < count; i++) {
    if (Number.isNaN(targets[i])) {
      dPredictions[i] = 0;
      continue;
    }
    const residual = predictions[i] - targets[i];
    const magnitude = Math.abs(residual);
    loss += magnitude <= delta ? 0.5 * residual * residual : delta * (magnitude - 0.5 * delta);
    dPredictions[i] = scale * Math.max(-delta, Math.min(delta, residual));
    labels++;
  }
  return { loss, labels };
}
