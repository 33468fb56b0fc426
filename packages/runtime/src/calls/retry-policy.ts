import { invalidArgument, ProviderError, ProviderHttpError } from "@onehead/provider";

/** What is done about a failed try. */
export type Remedy =
  /** the same candidate again, after a wait */
  | "retry"
  /** the next candidate */
  | "fall-back"
  /** nothing: it would fail everywhere, or the caller has given up */
  | "give-up";

export interface RetryOptions {
  /** Further tries of one candidate. Default 1: the next candidate is often the faster remedy. */
  retries?: number | undefined;
  /** Wait before the first of them; it doubles, and a random half of it is taken off. Default 250. */
  backOffMs?: number | undefined;
  /** Longest wait, also where the provider asks for a longer one: the next candidate is taken then. Default 5,000. */
  longestWaitMs?: number | undefined;
}

export type RetryPolicy = Readonly<{ retries: number; backOffMs: number; longestWaitMs: number }>;

/** @throws ProviderError "invalid-argument" naming the option */
export function retryPolicy(options: RetryOptions = {}): RetryPolicy {
  const policy = {
    retries: options.retries ?? 1,
    backOffMs: options.backOffMs ?? 250,
    longestWaitMs: options.longestWaitMs ?? 5000,
  };
  for (const [name, value] of Object.entries(policy)) {
    const whole = name !== "retries" || Number.isInteger(value);
    if (!(typeof value === "number" && value >= 0 && whole))
      throw invalidArgument(`retry: ${name}`, value, "a number of at least 0");
  }
  return policy;
}

/**
 * What an error asks for. What may pass is tried again; what is wrong with the candidate (its key, its name, its context length,
 * a feature that it lacks) is left to the next one; what is wrong with the request is nobody's to mend.
 */
export function remedyFor(error: unknown): Remedy {
  if (!ProviderError.isInstance(error)) return "give-up";
  if (error.code === "aborted" || error.code === "invalid-argument") return "give-up";
  if (error.code === "unsupported") return "fall-back";
  if (error.retryable) return "retry";
  if (!ProviderHttpError.isInstance(error)) return "fall-back";
  const { status, reason = "" } = error;
  if (status !== 400 && status !== 422) return "fall-back";
  // another model may have the room, or the feature
  return /context|too_?long|max_?tokens|token_?limit|unsupported|model|not_?support/i.test(reason)
    ? "fall-back"
    : "give-up";
}

/** Wait before retry number `retry` (from 0), or null where it is longer than the policy allows. */
export function waitBefore(retry: number, error: unknown, policy: RetryPolicy, random: () => number): number | null {
  const asked = ProviderHttpError.isInstance(error) ? error.retryAfterMs : undefined;
  if (asked !== undefined) return asked <= policy.longestWaitMs ? asked : null;
  const whole = Math.min(policy.longestWaitMs, policy.backOffMs * 2 ** retry);
  return whole * (1 - random() / 2);
}
