/**
 * Quality from Bradley–Terry strengths: the model's mean chance to beat another, moved so that its usual chance gives it its
 * mean score.
 *
 *   ŝ_m = σ(logit(mean_m) + logit(w_m) − logit(w̄_m)),  w_m = mean over n ≠ m of σ(δ_m − δ_n)
 *
 * Rankings of prompts are those of w.
 *
 * @param strengths (R, N) δ
 * @param prior     (N) mean scores
 * @param usual     (N) w̄, the chances on prompts at large
 */
export function calibratedWinRates(strengths: Float32Array, prior: Float64Array, usual: Float64Array): Float32Array {
  const N = prior.length;
  return winRates(strengths, N).map((rate, i) => {
    const z = logit(prior[i % N]) + logit(rate) - logit(usual[i % N]);
    return 1 / (1 + Math.exp(-z));
  });
}

/** (R, N) mean chance of each model to beat another; ½ where it is alone. */
export function winRates(strengths: Float32Array, N: number): Float32Array {
  return strengths.map((own, i) => {
    if (N === 1) return 0.5;
    const start = i - (i % N);
    let sum = 0;
    for (let n = 0; n < N; n++) if (start + n !== i) sum += 1 / (1 + Math.exp(strengths[start + n] - own));
    return sum / (N - 1);
  });
}

function logit(p: number): number {
  const q = Math.min(1 - 1e-4, Math.max(1e-4, p));
  return Math.log(q / (1 - q));
}
