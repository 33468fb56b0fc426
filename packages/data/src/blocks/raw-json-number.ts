/** Of the last `id` in a line that begins with it, which most do: its digits, where it is a number. */
const leading = /^\s*\{\s*"([^"\\]*)"\s*:\s*(-?\d[\d.eE+-]*)\s*[,}]/;

/**
 * The digits of a number in an object's JSON, as they are written: `JSON.parse` would round those of an id beyond 2^53, and write 1.0
 * as 1.
 *
 * @param text JSON of an object whose field `name` is a number
 */
export function rawJsonNumber(text: string, name: string): string | undefined {
  const first = leading.exec(text);
  // a name that comes twice is looked for in the whole line, as the last one counts
  if (first !== null && first[1] === name && text.indexOf(`"${name}"`, first[0].length) === -1) return first[2];
  return scan(text, name);
}

/** Walks over the object's own fields; strings and what is nested are passed over. */
function scan(text: string, name: string): string | undefined {
  let found: string | undefined;
  let depth = 0;
  let isKey = false;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x7b: // {
      case 0x5b: // [
        depth++;
        isKey = depth === 1;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        depth--;
        break;
      case 0x2c: // ,
        isKey = depth === 1;
        break;
      case 0x22: {
        const end = endOfString(text, at);
        if (isKey) {
          isKey = false;
          if (JSON.parse(text.slice(at, end)) === name) found = numberAfter(text, end);
        }
        at = end - 1;
        break;
      }
    }
  }
  return found;
}

/** Behind the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at + 1;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes++;
  return backslashes % 2 === 1;
}

function numberAfter(text: string, from: number): string | undefined {
  return /^\s*:\s*(-?\d[\d.eE+-]*)/.exec(text.slice(from, from + 512))?.[1];
}
