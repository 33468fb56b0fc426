import { GatewayError } from "./gateway-error.js";

const quote = 0x22;
const backslash = 0x5c;

/**
 * Refuses JSON that nests too deep before it is parsed: whoever walks it later may walk recursively.
 *
 * @throws GatewayError 400
 */
export function assertDepth(text: string, most: number): void {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) {
      i = endOfString(text, i);
      continue;
    }
    // [ and { differ by one bit, and so do ] and }
    const bracket = code | 0x20;
    if (bracket === 0x7b) {
      if (++depth > most) throw new GatewayError(400, "too-deep", `body: nested deeper than ${most} levels`);
    } else if (bracket === 0x7d) depth--;
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
