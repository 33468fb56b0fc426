/** Which models a router takes at each setting. */
export interface Selection {
  /** (L, N) share of prompts that each model gets at each λ; every row sums to 1. */
  share: Float64Array;
  /** (L) entropy of the shares over ln N: 0 where one model gets all, 1 where all get the same; 0 for one model. */
  entropy: Float64Array;
}

/**
 * Shares and entropies of a router's choices: routers collapse onto few models, and an average hides it.
 *
 *     entropy_l = −Σ_m p_lm ln p_lm / ln N
 *
 * @param counts (L, N) prompts by setting and model, row-major; every row has at least one
 */
export function selectionOf(counts: ArrayLike<number>, models: number): Selection {
  const settings = counts.length / models;
  const share = new Float64Array(counts.length);
  const entropy = new Float64Array(settings);
  for (let l = 0; l < settings; l++) {
    let total = 0;
    for (let m = 0; m < models; m++) total += counts[l * models + m];
    for (let m = 0; m < models; m++) {
      const p = counts[l * models + m] / total;
      share[l * models + m] = p;
      if (p > 0) entropy[l] -= p * Math.log(p);
    }
    entropy[l] = models > 1 ? entropy[l] / Math.log(models) : 0;
  }
  return { share, entropy };
}
