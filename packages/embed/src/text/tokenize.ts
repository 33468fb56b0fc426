import { CodeUnitClass, codeUnitClasses, fold } from "./code-units.js";

const { letter, digit, sign, unspaced } = CodeUnitClass;

// FNV-1a over code units, then MurmurHash3's finaliser: hashed while scanning, so that no word is ever copied out.
// Not core's hashString, which needs the word as a string of its own
export const emptyHash = 0x811c9dc5;
const fnvPrime = 0x01000193;

/**
 * Writes the 32-bit hash of each token of `text`, in reading order.
 *
 * A token is a run of letters and digits in lower case, one unit of a script written without spaces (Chinese, kana,
 * Thai, emoji), or one sign that tells code or mathematics from prose (`{`, `=`, `\`). Everything else separates.
 *
 * @param hashes at least as long as `text`, which bounds the number of tokens
 * @returns the number of tokens
 */
export function tokenize(hashes: Uint32Array, text: string): number {
  const length = text.length;
  let count = 0;
  let word: number = emptyHash;
  let inWord = false;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    const kind = codeUnitClasses[unit];
    if (kind === letter || kind === digit) {
      word = extendHash(word, fold(unit));
      inWord = true;
      continue;
    }
    if (inWord) {
      hashes[count++] = finalizeHash(word);
      word = emptyHash;
      inWord = false;
    }
    if (kind === sign || kind === unspaced) {
      hashes[count++] = finalizeHash(extendHash(emptyHash, fold(unit)));
    }
  }
  if (inWord) hashes[count++] = finalizeHash(word);
  return count;
}

/** The hash of one token as {@link tokenize} gives it: for tables of known words. */
export function hashToken(token: string): number {
  let hash: number = emptyHash;
  for (let i = 0; i < token.length; i++) hash = extendHash(hash, fold(token.charCodeAt(i)));
  return finalizeHash(hash);
}

/** The hash of two neighbouring tokens; not symmetric. */
export function hashBigram(first: number, second: number): number {
  return finalizeHash(Math.imul(first, 0x9e3779b1) ^ second);
}

/** `hash`, of the units so far, after one more (folded) unit. */
export function extendHash(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, fnvPrime);
}

/** Spreads the units' hash over all 32 bits. */
export function finalizeHash(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
