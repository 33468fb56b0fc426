import { CodeUnitClass, codeUnitClasses, fold } from "../text/code-units.js";
import { emptyHash, extendHash, finalizeHash } from "../text/tokenize.js";

const { letter, digit, unspaced } = CodeUnitClass;
const wordStart = 0x3c;
const wordEnd = 0x3e;

/**
 * Embeds the words that no table knows by their character n-grams, so that a language which the training prompts never
 * showed is not one point:
 *
 *   g = weight · √(unknown words / words) · h / |h|,  h_j = Σ over n-grams with hash ≡ j (mod G) of ±1,
 *
 * n-grams being the 3- and 4-grams of `<word>`, and single units and their pairs in scripts written without spaces.
 * Nothing is fitted: the block is a random projection of n-gram counts, and 0 for a text whose every word is known.
 *
 * @param knows whether a token hash is in some table
 * Source: Weinberger et al. 2009, "Feature hashing for large scale multitask learning"; Bojanowski et al. 2017 (subwords)
 */
export function embedGrams(
  out: Float32Array,
  offset: number,
  dimensions: number,
  weight: number,
  text: string,
  knows: (hash: number) => boolean,
): void {
  out.fill(0, offset, offset + dimensions);
  let words = 0;
  let unknown = 0;
  let previous = 0;
  for (let i = 0; i < text.length; ) {
    const kind = codeUnitClasses[text.charCodeAt(i)];
    if (kind === unspaced) {
      words++;
      const unit = fold(text.charCodeAt(i++));
      const hash = finalizeHash(extendHash(emptyHash, unit));
      if (!knows(hash)) {
        unknown++;
        count(out, offset, dimensions, hash);
        if (previous !== 0)
          count(out, offset, dimensions, finalizeHash(extendHash(extendHash(emptyHash, previous), unit)));
      }
      previous = unit;
      continue;
    }
    previous = 0;
    if (kind !== letter && kind !== digit) {
      i++;
      continue;
    }
    const start = i;
    let word = emptyHash;
    while (i < text.length) {
      const own = codeUnitClasses[text.charCodeAt(i)];
      if (own !== letter && own !== digit) break;
      word = extendHash(word, fold(text.charCodeAt(i++)));
    }
    words++;
    if (knows(finalizeHash(word))) continue;
    unknown++;
    countWord(out, offset, dimensions, text, start, i);
  }
  scaleTo(out, offset, dimensions, words > 0 ? weight * Math.sqrt(unknown / words) : 0);
}

/** Counts the 3- and 4-grams of `<text[start .. end)>`. */
function countWord(out: Float32Array, offset: number, G: number, text: string, start: number, end: number): void {
  for (let first = start - 1; first + 2 <= end; first++) {
    let hash = emptyHash;
    for (let i = first; i < first + 4 && i <= end; i++) {
      hash = extendHash(hash, i < start ? wordStart : i === end ? wordEnd : fold(text.charCodeAt(i)));
      if (i >= first + 2) count(out, offset, G, finalizeHash(hash));
    }
  }
}

function count(out: Float32Array, offset: number, dimensions: number, hash: number): void {
  out[offset + (hash % dimensions)] += hash >= 0x8000_0000 ? 1 : -1;
}

function scaleTo(vector: Float32Array, offset: number, dimensions: number, length: number): void {
  let squares = 0;
  for (let j = 0; j < dimensions; j++) squares += vector[offset + j] * vector[offset + j];
  const scale = squares > 0 ? length / Math.sqrt(squares) : 0;
  for (let j = 0; j < dimensions; j++) vector[offset + j] *= scale;
}
