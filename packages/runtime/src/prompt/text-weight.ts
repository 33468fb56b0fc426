/** One Chinese, Japanese or Korean character says about as much as this many letters of an alphabet. */
const CJK_WEIGHT = 3;

/** Length of a text in letters of an alphabet, so that one threshold serves every script. */
export function textWeight(text: string): number {
  let weight = text.length;
  for (let i = 0; i < text.length; i++) if (isCjk(text.charCodeAt(i))) weight += CJK_WEIGHT - 1;
  return weight;
}

/** Kana, Han, Hangul and the full-width forms; the rare Han beyond the basic plane count as their two halves. */
function isCjk(code: number): boolean {
  return (
    (code >= 0x3040 && code <= 0x30ff) ||
    (code >= 0x3400 && code <= 0x9fff) ||
    (code >= 0xac00 && code <= 0xd7af) ||
    (code >= 0xf900 && code <= 0xfaff)
  );
}
