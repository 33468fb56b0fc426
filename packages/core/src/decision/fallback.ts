import type { RankedCandidate } from "./decision.js";
import type { Exclusion } from "./eligibility.js";
import { NoEligibleModelError } from "./no-eligible-model-error.js";

/**
 * What stands in where nobody is eligible: with `onIneligible: "best"` the highest predicted quality among those that only missed
 * `minQuality`, moved to the front of the ranking.
 *
 * @throws NoEligibleModelError otherwise, with every candidate's reason
 */
export function fallback(
  { onIneligible }: { onIneligible?: "throw" | "best" | undefined },
  ranking: RankedCandidate[],
  excluded: readonly Exclusion[],
): RankedCandidate {
  if (onIneligible === "best") {
    const missed = new Set(excluded.filter(({ reason }) => reason === "min-quality").map(({ model }) => model));
    let best: RankedCandidate | undefined;
    for (const candidate of ranking) {
      if (!missed.has(candidate.model)) continue;
      if (best === undefined || candidate.predictedQuality > best.predictedQuality) best = candidate;
    }
    if (best !== undefined) {
      ranking.splice(ranking.indexOf(best), 1);
      ranking.unshift(best);
      return best;
    }
  }
  throw new NoEligibleModelError(excluded);
}
