interface HeaderSource {
  get(name: string): string | null | undefined;
}

/**
 * The wait that a provider asks for: `retry-after-ms`, or `Retry-After` in seconds or as an HTTP date (RFC 9110, 10.2.3).
 *
 * @returns milliseconds from `nowMs` on, at least 0; undefined where nothing is asked for or it cannot be read
 */
export function parseRetryAfter(headers: HeaderSource, nowMs: number = Date.now()): number | undefined {
  const exact = headers.get("retry-after-ms");
  if (exact !== null && exact !== undefined && /^\d+(\.\d+)?$/.test(exact.trim())) return Number(exact);
  const value = headers.get("retry-after")?.trim();
  if (value === undefined || value === "") return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return 1000 * Number(value);
  // an HTTP date begins with a weekday; Date.parse alone would take a bare number for a year
  const dateMs = /^[A-Za-z]{3}/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}
