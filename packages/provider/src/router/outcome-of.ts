import type { RouteOutcome } from "./router.js";

/** Name of the property under which a routed answer carries its outcome. */
export const outcomeField = "onehead";

/** The outcome that a routed answer, or a part of a routed stream, carries; undefined for one that was not routed. */
export function outcomeOf(answer: unknown): RouteOutcome | undefined {
  if (typeof answer !== "object" || answer === null) return undefined;
  const outcome: unknown = (answer as Record<string, unknown>)[outcomeField];
  return isOutcome(outcome) ? outcome : undefined;
}

function isOutcome(value: unknown): value is RouteOutcome {
  if (typeof value !== "object" || value === null) return false;
  const { decision, tries } = value as Partial<RouteOutcome>;
  return typeof decision === "object" && decision !== null && Array.isArray(tries);
}
