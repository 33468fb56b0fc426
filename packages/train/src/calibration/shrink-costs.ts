import type { CostTargets } from "../rows/cost-targets.js";
import type { LabelledRows } from "../trainer/member-trainer.js";
import { predictedCosts } from "./predicted-costs.js";
import { smearingFactors } from "./smearing.js";

const shares = [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0];

/**
 * How much to believe of what sets models apart in the cost of one prompt: κ of y_m = f̄ + κ (f_m − f̄) + shift_m,
 * f̄ = mean_m f_m, the shift such that every model's mean stays.
 *
 * The logarithm is learnt, the mean in USD is wanted, and with heavy tails the two go apart: an answer that is short nine times
 * of ten is long in the mean. A router looks for the cheapest model of every prompt, and so for the largest of such errors
 * (winner's curse). κ has the least squared error in USD, each model's relative to its mean cost.
 *
 * @param outputs (R, M) f, predicted log costs of the rows
 * @param costs   what they are logarithms of
 * @returns 1 where no row has a cost in USD
 */
export function fitOwnShare(
  outputs: Float32Array,
  { costTargets, inputTokens }: Pick<LabelledRows, "costTargets" | "inputTokens">,
  { kinds, prices }: Pick<CostTargets, "kinds" | "prices">,
): number {
  const M = kinds.length;
  const inUsd = (logarithms: Float32Array, smearing: Float64Array): Float64Array => {
    const candidates = kinds.map((costKind, m) => {
      const price = prices[m];
      return { costKind, smearing: smearing[m], ...(price === null ? {} : { prices: price }) };
    });
    return predictedCosts(logarithms, candidates, inputTokens);
  };
  const recorded = inUsd(costTargets, new Float64Array(M).fill(1));
  const meanUsd = columnMeans(recorded, M);
  const levels = columnMeans(outputs, M);
  let best = { share: 1, error: Number.POSITIVE_INFINITY };
  for (const share of shares) {
    const shrunk = outputs.slice();
    keepOwnShare(shrunk, share, M);
    const shift = levelShift(levels, share);
    for (let i = 0; i < shrunk.length; i++) shrunk[i] += shift[i % M];
    const predicted = inUsd(shrunk, smearingFactors([{ outputs: shrunk, targets: costTargets }], M));
    let error = 0;
    for (let i = 0; i < recorded.length; i++) {
      const relative = (predicted[i] - recorded[i]) / meanUsd[i % M];
      if (!Number.isNaN(relative)) error += relative * relative;
    }
    if (error < best.error) best = { share, error };
  }
  return best.share;
}

/**
 * f̄ + κ (f_m − f̄) for every vector f over the models.
 *
 * @param values (·, M, inner), overwritten
 */
export function keepOwnShare(values: Float32Array, share: number, M: number, inner = 1): void {
  for (let start = 0; start < values.length; start += M * inner) {
    for (let i = start; i < start + inner; i++) {
      let mean = 0;
      for (let m = 0; m < M; m++) mean += values[i + m * inner] / M;
      for (let m = 0; m < M; m++) values[i + m * inner] = mean + share * (values[i + m * inner] - mean);
    }
  }
}

/** (M) to be added after `keepOwnShare`, so that the models' mean outputs stay what they are. */
export function levelShift(levels: Float64Array, share: number): Float32Array {
  const shrunk = Float32Array.from(levels);
  keepOwnShare(shrunk, share, levels.length);
  return shrunk.map((level, m) => levels[m] - level);
}

/** (M) means of what is known of (R, M) values; NaN where nothing is. */
export function columnMeans(values: Float32Array | Float64Array, M: number): Float64Array {
  const sums = new Float64Array(M);
  const counts = new Float64Array(M);
  values.forEach((value, i) => {
    if (Number.isNaN(value)) return;
    sums[i % M] += value;
    counts[i % M]++;
  });
  return sums.map((sum, m) => sum / counts[m]);
}
