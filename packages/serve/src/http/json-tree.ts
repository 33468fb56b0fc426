import { GatewayError } from "./gateway-error.js";

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;

/** Fields and entries of all objects and lists: a request of a thousand turns and two hundred tools has some 20,000. */
const mostValues = 100_000;

/**
 * Refuses JSON that nests too deep or holds too many values before it is parsed: whoever walks it later may walk recursively, and
 * several times. 20 MiB of `{},` took 13 seconds in which nobody else was served.
 *
 * @throws GatewayError 400, 413
 */
export function assertSmallTree(text: string, mostDepth: number): void {
  let depth = 0;
  let values = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) {
      i = endOfString(text, i);
      continue;
    }
    // [ and { differ by one bit, and so do ] and }
    const bracket = code | 0x20;
    if (bracket === 0x7b) {
      values++;
      if (++depth > mostDepth) throw new GatewayError(400, "too-deep", `body: nested deeper than ${mostDepth} levels`);
    } else if (bracket === 0x7d) depth--;
    else if (code === comma) values++;
    if (values > mostValues) throw new GatewayError(413, "too-many", `body: more than ${mostValues} values`);
  }
}

/** Position of the quote that ends the string which begins at `start`; the end of the text where none does. */
function endOfString(text: string, start: number): number {
  let end = start;
  for (;;) {
    end = text.indexOf('"', end + 1);
    if (end < 0) return text.length;
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === backslash) slashes++;
    if (slashes % 2 === 0) return end;
  }
}
