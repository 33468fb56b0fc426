import { CodeUnitClass, codeUnitClasses, foldedCodeUnits } from "../text/code-units.js";
import type { TokenBuffer } from "../text/token-buffer.js";
import { hashToken } from "../text/tokenize.js";

const { separator, letter, digit, sign, unspaced } = CodeUnitClass;

/** What {@link countText} counts in one text: all numbers of code units unless said otherwise. */
export interface TextCounts {
  length: number;
  /** of any script, those written without spaces too */
  letters: number;
  upperCase: number;
  /** letters outside the Latin script */
  nonLatin: number;
  /** Han, kana, bopomofo, Hangul */
  eastAsian: number;
  digits: number;
  /** runs of digits */
  numbers: number;
  /** runs of letters and digits */
  words: number;
  signs: number;
  /** braces, brackets, semicolons, `<>`, `_`, `=`, `#`, backquotes */
  codeSigns: number;
  /** `+ - * / ^ = < >`, arrows and U+2200 to U+22FF */
  mathematicalSigns: number;
  /** backslash and letter */
  latexCommands: number;
  dollarSigns: number;
  questionMarks: number;
  endsWithQuestionMark: boolean;
  quotes: number;
  newlines: number;
  /** full stop, exclamation or question mark before white space or the end */
  sentenceEnds: number;
  /** lines that start `A.`, `B)`, `(C)` …, each letter in its turn */
  answerOptions: number;
  /** runs of two or more underscores */
  blanks: number;
  /** tokens that are words of programming languages */
  codeKeywords: number;
  /** the first word asks: who, what, how … */
  startsWithQuestionWord: boolean;
}

const codeSigns = marks("{}[];<>_=#`");
const mathematicalSigns = marks("+-*/^=<>×÷±→⇒⇔∞∑∏√∫∂∈∉⊂⊆∪∩∀∃≤≥≠≈≡");

const codeKeywords = hashes(
  "def return function class import include const var void int elif lambda assert null none str bool printf println public static struct async await self print",
);
const questionWords = hashes(
  "who whom whose what which when where why how is are was were do does did can could should would will wer was wie wann warum wo welche qui que quoi comment pourquoi quand quel quién qué cómo cuándo",
);

/** Counts everything that the plain features need in one pass over the text. */
export function countText(text: string, tokens: TokenBuffer): TextCounts {
  const counts = emptyCounts();
  const length = text.length;
  counts.length = length;
  let previousKind: number = separator;
  let previousUnit = 0x0a;
  let lastVisible = 0;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    const kind = codeUnitClasses[unit];
    if (kind === letter) {
      counts.letters++;
      if (foldedCodeUnits[unit] !== unit) counts.upperCase++;
      if (unit > 0x024f) countScript(counts, unit);
      if (previousUnit === 0x5c) counts.latexCommands++;
    } else if (kind === digit) {
      counts.digits++;
      if (previousKind !== digit) counts.numbers++;
    } else if (kind === sign) {
      counts.signs++;
      counts.codeSigns += codeSigns[unit];
      counts.mathematicalSigns += mathematicalSigns[unit];
      if (unit === 0x24) counts.dollarSigns++;
      if (unit === 0x5f && previousUnit === 0x5f && (i < 2 || text.charCodeAt(i - 2) !== 0x5f)) counts.blanks++;
    } else if (kind === unspaced) {
      // surrogates are mostly emoji
      if (unit < 0xd800 || unit > 0xdfff) counts.letters++;
      countScript(counts, unit);
    } else if (unit === 0x22 || unit === 0x27) {
      counts.quotes++;
    } else if (unit === 0x0a) {
      counts.newlines++;
    }
    if ((kind === letter || kind === digit) && previousKind !== letter && previousKind !== digit) counts.words++;
    if (unit === 0x3f || unit === 0xff1f) counts.questionMarks++;
    if (unit <= 0x20 && isSentenceEnd(previousUnit)) counts.sentenceEnds++;
    if (previousUnit === 0x0a && isNextOption(text, i, counts.answerOptions)) counts.answerOptions++;
    if (unit > 0x20) lastVisible = unit;
    previousKind = kind;
    previousUnit = unit;
  }
  if (isSentenceEnd(previousUnit)) counts.sentenceEnds++;
  counts.endsWithQuestionMark = lastVisible === 0x3f || lastVisible === 0xff1f;

  for (let i = 0; i < tokens.count; i++) {
    if (codeKeywords.has(tokens.hashes[i])) counts.codeKeywords++;
  }
  counts.startsWithQuestionWord = tokens.count > 0 && questionWords.has(tokens.hashes[0]);
  return counts;
}

function emptyCounts(): TextCounts {
  return {
    length: 0,
    letters: 0,
    upperCase: 0,
    nonLatin: 0,
    eastAsian: 0,
    digits: 0,
    numbers: 0,
    words: 0,
    signs: 0,
    codeSigns: 0,
    mathematicalSigns: 0,
    latexCommands: 0,
    dollarSigns: 0,
    questionMarks: 0,
    endsWithQuestionMark: false,
    quotes: 0,
    newlines: 0,
    sentenceEnds: 0,
    answerOptions: 0,
    blanks: 0,
    codeKeywords: 0,
    startsWithQuestionWord: false,
  };
}

function countScript(counts: TextCounts, unit: number): void {
  // IPA, modifiers and combining marks belong to Latin text; letter-like signs are mathematics
  if (unit < 0x0370 || (unit >= 0x1e00 && unit <= 0x1eff) || (unit >= 0x2000 && unit <= 0x2bff)) return;
  if (unit >= 0xd800 && unit <= 0xdfff) return;
  counts.nonLatin++;
  const hangul = (unit >= 0xac00 && unit <= 0xd7a3) || (unit >= 0x1100 && unit <= 0x11ff);
  if (hangul || (unit >= 0x2e80 && unit <= 0x9fff) || (unit >= 0xf900 && unit <= 0xfaff)) counts.eastAsian++;
}

function isSentenceEnd(unit: number): boolean {
  return unit === 0x2e || unit === 0x21 || unit === 0x3f || unit === 0x3002 || unit === 0xff1f;
}

/** Does the line that starts at `start` open answer option number `options` (0 is A)? */
function isNextOption(text: string, start: number, options: number): boolean {
  const open = text.charCodeAt(start) === 0x28 ? start + 1 : start;
  if (text.charCodeAt(open) !== 0x41 + options || options >= 26) return false;
  const after = text.charCodeAt(open + 1);
  return after === 0x2e || after === 0x29 || (after === 0x3a && open === start);
}

function marks(characters: string): Uint8Array {
  const table = new Uint8Array(0x10000);
  for (let i = 0; i < characters.length; i++) table[characters.charCodeAt(i)] = 1;
  return table;
}

function hashes(words: string): ReadonlySet<number> {
  return new Set(words.split(" ").map(hashToken));
}
