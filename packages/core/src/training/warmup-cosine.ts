/**
 * Share of the learning rate at a step: linear warm-up to 1, then half a cosine down to `floor`.
 *
 *   step/warmup while step < warmup;  floor + (1 − floor) · ½ (1 + cos(π (step − warmup)/(total − warmup))) after
 *
 * @param step 1-based (with no warm-up, 0 gives 1 as well); beyond `totalSteps` it stays at `floor`
 */
export function warmupCosine(step: number, warmupSteps: number, totalSteps: number, floor: number): number {
  if (step < warmupSteps) return step / warmupSteps;
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
  return floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * progress));
}
