import { ProviderAbortedError } from "../errors/provider-errors.js";
import type { RouteAttempt, RouteDecision, RoutedCall, RouteOutcome, Router, RunOptions } from "./router.js";

/** Runs a decision: by the router's own `run` or, where it has none, in one try of the chosen model. */
export async function runRoute<T>(
  router: Router,
  decision: RouteDecision,
  attempt: RouteAttempt<T>,
  options: RunOptions<T> = {},
): Promise<RoutedCall<T>> {
  if (router.run !== undefined) return router.run(decision, attempt, options);
  const signal = options.signal ?? new AbortController().signal;
  if (signal.aborted) throw new ProviderAbortedError("runRoute: aborted before the call", { billing: "none" });
  const startedMs = Date.now();
  const value = await attempt({ model: decision.model, attempt: 1, signal });
  const elapsedMs = Date.now() - startedMs;
  const outcome: RouteOutcome = {
    decision,
    model: decision.model,
    tries: [{ model: decision.model, outcome: "answered", elapsedMs, costUsd: null }],
    costUsd: null,
    unresolvedTries: 1,
  };
  return { value, outcome, settle: () => {} };
}
