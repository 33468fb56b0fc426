interface HeaderSource {
  get(name: string): string | null | undefined;
}

/**
 * The wait that a provider asks for: `retry-after-ms`, or `Retry-After` in seconds or as an HTTP date (RFC 9110, 10.2.3).
 *
 * @returns milliseconds from `nowMs` on, at least 0; undefined where nothing is asked for or it cannot be read
 */
export function parseRetryAfter(headers: HeaderSource, nowMs: number = Date.now()): number | undefined {
  const milliseconds = numberIn(headers.get("retry-after-ms"));
  if (milliseconds !== undefined) return milliseconds;
  const value = headers.get("retry-after")?.trim();
  const seconds = numberIn(value);
  if (seconds !== undefined) return 1000 * seconds;
  const dateMs = dateIn(value ?? "");
  return dateMs === undefined ? undefined : Math.max(0, dateMs - nowMs);
}

/** Digits with or without a fraction; undefined for anything else, and for a wait without end. */
function numberIn(text: string | null | undefined): number | undefined {
  if (!/^\s*\d{1,15}(\.\d+)?\s*$/.test(text ?? "")) return undefined;
  return Number(text);
}

// RFC 9110, 5.6.7: the form in use and the two obsolete ones; Date.parse alone would read a month into "again in 5"
const httpDate = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*\d\d:\d\d:\d\d( GMT| \d{4})$/;

function dateIn(text: string): number | undefined {
  const match = httpDate.exec(text);
  if (match === null) return undefined;
  // asctime's form names no zone, and is meant in GMT too
  const dateMs = Date.parse(match[2] === " GMT" ? text : `${text} GMT`);
  return Number.isNaN(dateMs) ? undefined : dateMs;
}
