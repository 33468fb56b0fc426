import type { RouteOutcome } from "@onehead/provider";

/** The outcome as the SDK keeps metadata: JSON, without what is undefined, and without the router's own working. */
export function outcomeMetadata(outcome: RouteOutcome): Record<string, unknown> {
  const { decision, model, tries, costUsd, unresolvedTries } = outcome;
  const { id, ranking, excluded } = decision;
  return JSON.parse(
    JSON.stringify({
      decision: { id, model: decision.model, ranking, excluded },
      model,
      tries,
      costUsd,
      unresolvedTries,
    }),
  ) as Record<string, unknown>;
}
