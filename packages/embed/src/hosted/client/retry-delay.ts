/** How failed requests are tried again. */
export interface RetryPolicy {
  /** Tries after the first. */
  retries: number;
  /** Wait before the second try; doubles from try to try. */
  backOffMs: number;
  /** No wait is longer. A server that asks for a longer one is not asked again. */
  longestWaitMs: number;
}

// what may go away by itself; everything else is wrong about the request
const transientStatuses: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529]);

export function isTransient(status: number): boolean {
  return transientStatuses.has(status);
}

/**
 * Wait before try `attempt + 1`: min(longest, backOff · 2^(attempt − 1)) · (1 + uniform) / 2.
 *
 * The jitter keeps clients that failed together from coming back together.
 *
 * @param attempt tries made so far, from 1
 * @param uniform in [0, 1)
 */
export function backOffMs(policy: RetryPolicy, attempt: number, uniform: number): number {
  return (Math.min(policy.longestWaitMs, policy.backOffMs * 2 ** (attempt - 1)) * (1 + uniform)) / 2;
}

/**
 * Milliseconds that a Retry-After header asks for, 0 for a date in the past; null where it is missing or unreadable.
 *
 * Source: RFC 9110, 10.2.3: seconds, or an HTTP date
 */
export function retryAfterMs(header: string | null, nowMs: number): number | null {
  const text = header?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  // Date.parse takes much that is no HTTP date: every HTTP date begins with the day's name
  if (!/^[A-Z][a-z]{2,8},? /.test(text)) return null;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs);
}
