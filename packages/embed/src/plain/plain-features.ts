import type { TextCounts } from "./text-counts.js";

interface PlainFeature {
  readonly name: string;
  readonly value: (counts: TextCounts) => number;
}

const logarithm = (count: number): number => Math.log(1 + count);
const share = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);

/**
 * What a text looks like, whatever it is about. The order is that of the vector's last cells and of the stored means and
 * scales: to change a feature, its meaning or its place is to change the embedder's version.
 */
const features: readonly PlainFeature[] = [
  { name: "logCharacters", value: (c) => logarithm(c.length) },
  { name: "logWords", value: (c) => logarithm(c.words) },
  { name: "meanWordLength", value: (c) => share(c.letters + c.digits, c.words) },
  { name: "meanSentenceWords", value: (c) => logarithm(share(c.words, Math.max(1, c.sentenceEnds))) },
  { name: "logLines", value: (c) => logarithm(c.newlines) },
  { name: "upperCaseShare", value: (c) => share(c.upperCase, c.letters) },
  { name: "digitShare", value: (c) => share(c.digits, c.length) },
  { name: "logNumbers", value: (c) => logarithm(c.numbers) },
  { name: "signShare", value: (c) => share(c.signs, c.length) },
  { name: "logCodeSigns", value: (c) => logarithm(c.codeSigns) },
  { name: "logCodeKeywords", value: (c) => logarithm(c.codeKeywords) },
  { name: "logMathematicalSigns", value: (c) => logarithm(c.mathematicalSigns) },
  { name: "logLatexCommands", value: (c) => logarithm(c.latexCommands) },
  { name: "logDollarSigns", value: (c) => logarithm(c.dollarSigns) },
  { name: "nonLatinShare", value: (c) => share(c.nonLatin, c.letters) },
  { name: "eastAsianShare", value: (c) => share(c.eastAsian, c.letters) },
  { name: "logQuestionMarks", value: (c) => logarithm(c.questionMarks) },
  { name: "endsWithQuestionMark", value: (c) => (c.endsWithQuestionMark ? 1 : 0) },
  { name: "startsWithQuestionWord", value: (c) => (c.startsWithQuestionWord ? 1 : 0) },
  { name: "logAnswerOptions", value: (c) => logarithm(c.answerOptions) },
  { name: "logBlanks", value: (c) => logarithm(c.blanks) },
  { name: "logQuotes", value: (c) => logarithm(c.quotes) },
];

/** Names of the plain features in vector order; what each counts stands at its field of `TextCounts`. */
export const plainFeatureNames: readonly string[] = features.map(({ name }) => name);

/** Writes the raw (not standardised) features to `out[offset ..]`. */
export function measurePlainFeatures(out: Float32Array, offset: number, counts: TextCounts): void {
  for (let i = 0; i < features.length; i++) out[offset + i] = features[i].value(counts);
}
