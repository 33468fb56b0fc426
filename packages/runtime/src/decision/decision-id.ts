/**
 * A new id of a decision: a UUID of version 7, 48 bits of milliseconds and 74 random ones. Ids follow time, so that a database which is
 * filled by them writes to the end of its index and not anywhere within it.
 *
 * Source: RFC 9562, section 5.7
 */
export function decisionId(nowMs: number = Date.now()): string {
  const random = crypto.randomUUID();
  const time = Math.floor(nowMs).toString(16).padStart(12, "0");
  // the variant of the random UUID is the same, its version is not
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`;
}
