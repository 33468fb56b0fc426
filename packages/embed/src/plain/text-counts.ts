import { HashIndex } from "../sparse/hash-index.js";
import { CodeUnitClass, codeUnitClasses } from "../text/code-units.js";
import type { TokenBuffer } from "../text/token-buffer.js";
import { hashToken } from "../text/tokenize.js";
import { CodeUnitMark, marksOf } from "./code-unit-marks.js";

const { separator, letter, digit, unspaced } = CodeUnitClass;
const newline = 0x0a;
const openingParenthesis = 0x28;
const underscore = 0x5f;

/** What {@link countText} counts in one text: numbers of code units unless said otherwise. */
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
  /** the tokeniser's signs: operators, brackets and marks that tell code or mathematics from prose */
  signs: number;
  codeSigns: number;
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

const codeKeywords = indexWords(
  "def return function class import include const var void int elif lambda assert null none str bool printf println public static struct async await self print",
);
const questionWords = indexWords(
  "who whom whose what which when where why how is are was were do does did can could should would will wer wie wann warum wo welche qui que quoi comment pourquoi quand quel quién qué cómo cuándo",
);

/** Counts everything that the plain features need in one pass over the text and one over its tokens. */
export function countText(text: string, tokens: TokenBuffer): TextCounts {
  const counts = emptyCounts();
  const length = text.length;
  counts.length = length;
  let letters = 0;
  let previous: number = newline;
  let previousKind: number = separator;
  if (opensOption(text, 0, 0)) counts.answerOptions++;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    const kind = codeUnitClasses[unit];
    const marks = marksOf(unit);
    if (kind === letter) {
      letters++;
      if (previousKind !== letter) {
        if (previousKind !== digit) counts.words++;
        if (previous === 0x5c) counts.latexCommands++;
      }
    } else if (kind === digit) {
      counts.digits++;
      if (previousKind !== digit) {
        counts.numbers++;
        if (previousKind !== letter) counts.words++;
      }
    } else if (kind === separator) {
      if (unit <= 0x20 && (marksOf(previous) & CodeUnitMark.sentenceEnd) !== 0) counts.sentenceEnds++;
      if (unit === newline) {
        counts.newlines++;
        if (opensOption(text, i + 1, counts.answerOptions)) counts.answerOptions++;
      }
    } else if (kind === unspaced) {
      // surrogates are mostly emoji
      if ((marks & CodeUnitMark.surrogate) === 0) letters++;
    } else {
      countSign(counts, text, i, unit);
    }
    if (marks !== 0) countMarks(counts, marks);
    previous = unit;
    previousKind = kind;
  }
  counts.letters = letters;
  if ((marksOf(previous) & CodeUnitMark.sentenceEnd) !== 0) counts.sentenceEnds++;
  counts.endsWithQuestionMark = endsWithQuestionMark(text);

  for (let i = 0; i < tokens.count; i++) {
    if (codeKeywords.find(tokens.hashes[i]) >= 0) counts.codeKeywords++;
  }
  counts.startsWithQuestionWord = tokens.count > 0 && questionWords.find(tokens.hashes[0]) >= 0;
  return counts;
}

function countSign(counts: TextCounts, text: string, place: number, unit: number): void {
  counts.signs++;
  if (unit === 0x24) counts.dollarSigns++;
  else if (isQuestionMark(unit)) counts.questionMarks++;
  else if (unit === underscore && text.charCodeAt(place - 1) === underscore) {
    if (text.charCodeAt(place - 2) !== underscore) counts.blanks++;
  }
}

function countMarks(counts: TextCounts, marks: number): void {
  if ((marks & CodeUnitMark.upperCase) !== 0) counts.upperCase++;
  if ((marks & CodeUnitMark.nonLatin) !== 0) counts.nonLatin++;
  if ((marks & CodeUnitMark.eastAsian) !== 0) counts.eastAsian++;
  if ((marks & CodeUnitMark.codeSign) !== 0) counts.codeSigns++;
  if ((marks & CodeUnitMark.mathematicalSign) !== 0) counts.mathematicalSigns++;
  if ((marks & CodeUnitMark.quote) !== 0) counts.quotes++;
}

/** Does a line that starts at `start` open answer option number `options` (0 is A)? */
function opensOption(text: string, start: number, options: number): boolean {
  if (options >= 26) return false;
  const inParentheses = text.charCodeAt(start) === openingParenthesis;
  const place = inParentheses ? start + 1 : start;
  if (text.charCodeAt(place) !== 0x41 + options) return false;
  const after = text[place + 1];
  return after === ")" || (!inParentheses && (after === "." || after === ":"));
}

function endsWithQuestionMark(text: string): boolean {
  let last = text.length - 1;
  while (last >= 0 && text.charCodeAt(last) <= 0x20) last--;
  return last >= 0 && isQuestionMark(text.charCodeAt(last));
}

function isQuestionMark(unit: number): boolean {
  return unit === 0x3f || unit === 0xff1f;
}

function indexWords(words: string): HashIndex {
  return new HashIndex(Uint32Array.from(words.split(" "), hashToken));
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
