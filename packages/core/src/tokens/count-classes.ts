/** Character classes that the token estimate is linear in. */
export const tokenClasses = [
  "latinRuns",
  "latinLetters",
  "digits",
  "spaceRuns",
  "lineBreaks",
  "signs",
  "cjk",
  "otherLetters",
  "others",
] as const;

/**
 * Counts of every class, in the order of {@link tokenClasses}: runs of Latin letters and their letters, digits, runs of
 * spaces and tabs longer than one, line breaks, ASCII signs, CJK characters, letters of other scripts and accented ones,
 * and the rest (emoji, symbols, lone surrogates), in UTF-16 code units.
 */
export function countClasses(text: string, out: Float64Array): void {
  out.fill(0);
  let inLatin = false;
  let spaces = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    const letter = (c | 32) >= 97 && (c | 32) <= 122;
    if (letter) {
      if (!inLatin) out[0]++;
      out[1]++;
    } else if (c >= 48 && c <= 57) {
      out[2]++;
    } else if (c === 32 || c === 9) {
      // a single space belongs to the word after it; only longer runs are tokens of their own
      if (++spaces === 2) out[3]++;
    } else if (c === 10 || c === 13) {
      out[4]++;
    } else if (c < 128) {
      out[5]++;
    } else if ((c >= 0x3040 && c <= 0x30ff) || (c >= 0x3400 && c <= 0x9fff) || (c >= 0xac00 && c <= 0xd7a3)) {
      out[6]++;
    } else if ((c >= 0xc0 && c <= 0x24f) || (c >= 0x370 && c <= 0x1fff)) {
      out[7]++;
    } else {
      out[8]++;
    }
    inLatin = letter;
    if (c !== 32 && c !== 9) spaces = 0;
  }
}
