/** Values this close to 0 and 1, and all beyond, are squeezed into what is left. */
const margin = 0.05;

/**
 * Squeezes a regression's output into (0, 1) without a tie: the identity on [0.05, 0.95], and beyond it
 *
 *   x ↦ 1 − m e^((1 − m − x) / m),  m = 0.05, and its mirror image below
 *
 * Regressors a model, as RouterBench publishes them, predict beyond 0 and 1, and there too the greater output wins. Cut
 * at the ends they would tie and the cheaper model win: that cost them up to 1 % of AIQ.
 */
export function softUnit(x: number): number {
  if (x > 1 - margin) return 1 - margin * Math.exp((1 - margin - x) / margin);
  if (x < margin) return margin * Math.exp((x - margin) / margin);
  return x;
}
