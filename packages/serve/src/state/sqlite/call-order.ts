/*
 * Calls are numbered in order of time: the number is the millisecond times 4,096, and counts on within it. So the table itself is
 * the index by time, and a page of calls, a stretch of time and what is older than a day are all ranges of it.
 */

/** Calls that one millisecond has room for; the gateway does not take one in a hundred of that. */
const callsPerMs = 4_096;

/** First number of the millisecond that a time lies in. */
export function firstSeq(timeMs: number): number {
  return Math.floor(timeMs) * callsPerMs;
}

/** The number after the last of that millisecond. */
export function endSeq(timeMs: number): number {
  return firstSeq(timeMs + 1);
}
