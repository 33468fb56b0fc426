import { sigmoidEach } from "../kernels/exp.js";
import { naturalLog } from "../kernels/log.js";

/** Equal bins over [0, 1] in which predictions of a model are counted. */
export const qualityBins = 20;

// beyond this every quality is 0 or 1 to three digits
const largestShift = 8;
const binLogits = Float64Array.from({ length: qualityBins }, (_, bin) => logit((bin + 0.5) / qualityBins));
const shifted = new Float64Array(qualityBins);

/** The bin of a quality in [0, 1]. */
export function qualityBin(quality: number): number {
  return Math.min(qualityBins - 1, Math.floor(quality * qualityBins));
}

/** ln (q / (1 − q)), finite: q is held within 10⁻⁶ of 0 and 1. */
export function logit(quality: number): number {
  const held = Math.min(Math.max(quality, 1e-6), 1 - 1e-6);
  return naturalLog(held / (1 - held));
}

/**
 * The shift δ of a model's logit that moves its mean quality by `meanShift` on the prompts it was judged on:
 *
 *   Σ_b h_b σ(logit_b + δ) = Σ_b h_b (σ(logit_b) + meanShift)
 *
 * A shift of the logit keeps every quality within [0, 1] and moves sure answers less than doubtful ones. Means beyond what
 * a logit of ±8 reaches give ±8; an empty histogram counts every bin alike.
 *
 * @param histogram ({@link qualityBins}) predictions, counted by {@link qualityBin}
 */
export function toLogitShift(histogram: ArrayLike<number>, meanShift: number): number {
  if (meanShift === 0) return 0;
  const wanted = meanAt(histogram, 0) + meanShift;
  let low = meanShift > 0 ? 0 : -largestShift;
  let high = meanShift > 0 ? largestShift : 0;
  for (let step = 0; step < 28; step++) {
    const middle = 0.5 * (low + high);
    if (meanAt(histogram, middle) < wanted) low = middle;
    else high = middle;
  }
  return 0.5 * (low + high);
}

/** Mean quality of the counted predictions with `shift` added to their logits. */
function meanAt(histogram: ArrayLike<number>, shift: number): number {
  for (let bin = 0; bin < qualityBins; bin++) shifted[bin] = binLogits[bin] + shift;
  sigmoidEach(shifted, shifted, qualityBins);
  let sum = 0;
  let count = 0;
  for (let bin = 0; bin < qualityBins; bin++) {
    // a trace of every bin keeps an empty histogram from dividing 0 by 0
    const weight = histogram[bin] + 1e-9;
    sum += weight * shifted[bin];
    count += weight;
  }
  return sum / count;
}
