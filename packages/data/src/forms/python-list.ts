const simpleEscapes: Readonly<Record<string, string>> = {
  "\n": "",
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** One string literal at the cursor, then a comma or the closing bracket. */
const item = /\s*(?:'((?:[^'\\\n]|\\[\s\S])*)'|"((?:[^"\\\n]|\\[\s\S])*)")\s*(,|\])/y;
const escapeSequence = /\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|[\s\S])/g;

/**
 * The strings of a Python list as `str(list)` prints it: `['first', "it's"]`.
 *
 * @returns `undefined` for anything else, which is then text of its own
 * Source: Python language reference, §2.4.1 escape sequences
 */
export function parsePythonStringList(text: string): string[] | undefined {
  const source = text.trim();
  if (!source.startsWith("[") || !source.endsWith("]")) return undefined;
  const strings: string[] = [];
  item.lastIndex = 1;
  while (true) {
    const match = item.exec(source);
    if (match === null) return undefined;
    strings.push((match[1] ?? match[2]).replace(escapeSequence, (_, code: string) => decodeEscape(code)));
    if (match[3] === "]") return match.index + match[0].length === source.length ? strings : undefined;
  }
}

function decodeEscape(code: string): string {
  const kind = code[0];
  if (code.length > 1 && (kind === "x" || kind === "u" || kind === "U")) {
    const point = Number.parseInt(code.slice(1), 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : `\\${code}`;
  }
  if (kind >= "0" && kind <= "7") return String.fromCharCode(Number.parseInt(code, 8));
  return Object.hasOwn(simpleEscapes, code) ? simpleEscapes[code] : `\\${code}`;
}
