import type { JsonObject } from "../json/json-value.js";
import type { RouteOutcome } from "./router.js";

/** The outcome as metadata of an answer: JSON, without what is undefined, and without what a router adds for itself. */
export function outcomeToJson(outcome: RouteOutcome): JsonObject {
  const { decision, model, tries, costUsd, unresolvedTries } = outcome;
  const { id, model: chosen, ranking, excluded } = decision;
  const known = { decision: { id, model: chosen, ranking, excluded }, model, tries, costUsd, unresolvedTries };
  return JSON.parse(JSON.stringify(known)) as JsonObject;
}
