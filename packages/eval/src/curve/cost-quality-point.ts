import { OneheadError } from "@onehead/core";

/** What a way of answering prompts costs and yields on the mean: a single model, or a router at one λ. */
export interface CostQualityPoint {
  /** Mean USD a prompt, incurred and not predicted, ≥ 0. */
  costUsd: number;
  /** Mean score a prompt, in [0, 1]. */
  quality: number;
}

/**
 * Refuses what no curve can be drawn through.
 *
 * @throws OneheadError "invalid-argument" when there is no point, or one is not finite or costs less than nothing
 */
export function assertPoints(operation: string, points: readonly CostQualityPoint[]): void {
  if (points.length === 0) {
    throw new OneheadError("invalid-argument", `${operation}: no points: 0, expected at least 1`);
  }
  for (const [index, { costUsd, quality }] of points.entries()) {
    if (Number.isFinite(costUsd) && costUsd >= 0 && Number.isFinite(quality)) continue;
    const found = `costUsd ${costUsd}, quality ${quality}`;
    throw new OneheadError(
      "invalid-argument",
      `${operation}: point ${index} is not usable: ${found}, expected finite numbers and a cost of at least 0`,
    );
  }
}
