/**
 * A new id of a decision: a UUID of version 7, 48 bits of milliseconds and 74 random ones. Ids follow time, so that a database which is
 * filled by them writes to the end of its index and not anywhere within it.
 *
 * Source: RFC 9562, section 5.7
 */
export function decisionId(nowMs: number = Date.now()): string {
  const random = crypto.randomUUID();
  // in two parts: V8 takes long to write numbers of more than 31 bits
  const time = hex24(Math.floor(nowMs / 2 ** 24)) + hex24(nowMs % 2 ** 24);
  // the variant of the random UUID is the same, its version is not
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`;
}

function hex24(bits: number): string {
  return Math.floor(bits).toString(16).padStart(6, "0");
}
