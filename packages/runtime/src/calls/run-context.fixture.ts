import { CircuitBreakers } from "./circuit-breakers.js";
import { ProviderLimits } from "./provider-limits.js";
import { retryPolicy } from "./retry-policy.js";
import type { RunContext } from "./route-run.js";

/** A run without hedging or deadline, whose one retry comes at once. */
export function runContext(over: Partial<RunContext> = {}): RunContext {
  return {
    retry: retryPolicy({ retries: 1, backOffMs: 1 }),
    breakers: new CircuitBreakers(),
    limits: new ProviderLimits(),
    providerOf: () => "p",
    hedgeAfterMs: Number.POSITIVE_INFINITY,
    deadlineMs: Number.POSITIVE_INFINITY,
    costOf: (_, usage) => (usage.outputTokens ?? 0) / 1000,
    onOutcome: () => {},
    now: Date.now,
    random: () => 0.5,
    ...over,
  };
}
