import { CodeUnitClass, classRanges, codeUnitClasses, fold, foldedRanges } from "../text/code-units.js";

/** Bits of {@link codeUnitMarks}: what the plain features ask of a code unit beyond its class. */
export const CodeUnitMark = {
  upperCase: 1,
  nonLatin: 2,
  eastAsian: 4,
  codeSign: 8,
  mathematicalSign: 16,
  quote: 32,
  /** full stop, exclamation or question mark */
  sentenceEnd: 64,
  surrogate: 128,
} as const;

type MarkName = keyof typeof CodeUnitMark;

const characters: readonly (readonly [MarkName, string])[] = [
  ["codeSign", "{}[];<>_=#`"],
  ["mathematicalSign", "+-*/^=<>×÷±"],
  ["quote", "\"'“”‘’«»„「」"],
  ["sentenceEnd", ".!?。？！"],
];

// bounds are inclusive
const ranges: readonly (readonly [MarkName, number, number])[] = [
  ["mathematicalSign", 0x2190, 0x21ff],
  ["mathematicalSign", 0x2200, 0x22ff],
  ["eastAsian", 0x1100, 0x11ff],
  ["eastAsian", 0x2e80, 0x9fff],
  ["eastAsian", 0xac00, 0xd7a3],
  ["eastAsian", 0xf900, 0xfaff],
  // IPA, modifiers, combining marks and Latin Extended Additional belong to Latin text
  ["nonLatin", 0x0370, 0x1dff],
  ["nonLatin", 0x1f00, 0x1fff],
  ["nonLatin", 0x2c80, 0xd7ff],
  ["nonLatin", 0xf900, 0xfdff],
  ["nonLatin", 0xfe70, 0xfeff],
  ["nonLatin", 0xff66, 0xffdc],
  ["surrogate", 0xd800, 0xdfff],
];

/** Code unit → bits of {@link CodeUnitMark}; 0 for lower-case Latin letters, which are most of most texts. */
export const codeUnitMarks: Uint8Array = /* @__PURE__ */ buildMarks();

function buildMarks(): Uint8Array {
  const marks = new Uint8Array(0x10000);
  // from edge to edge all units are alike: filled at once, for a table unit by unit would be most of the time that a program takes to start
  const edges = [...new Set(ranges.flatMap(([, first, last]) => [first, last + 1]))].sort((a, b) => a - b);
  edges.forEach((start, i) => {
    const names = ranges.filter(([, first, last]) => first <= start && start <= last).map(([name]) => name);
    marks.fill(bitsOf(names), start, edges[i + 1] ?? start);
  });
  for (const [name, units] of characters) {
    for (let i = 0; i < units.length; i++) marks[units.charCodeAt(i)] |= CodeUnitMark[name];
  }
  const { letter, unspaced } = CodeUnitClass;
  const isLetter = (unit: number): boolean => codeUnitClasses[unit] === letter || codeUnitClasses[unit] === unspaced;
  const ofScript = CodeUnitMark.nonLatin | CodeUnitMark.eastAsian;
  // the ranges of a script hold its punctuation too, which is no letter of it
  const scripts = ranges.filter(([name]) => name === "nonLatin" || name === "eastAsian");
  for (const [, first, last] of classRanges.filter(([name]) => name !== "letter" && name !== "unspaced")) {
    for (const [, from, to] of scripts) {
      const end = Math.min(last, to);
      for (let unit = Math.max(first, from); unit <= end; unit++) if (!isLetter(unit)) marks[unit] &= ~ofScript;
    }
  }
  for (const [first, last] of foldedRanges) {
    for (let unit = first; unit <= last; unit++) {
      if (codeUnitClasses[unit] === letter && fold(unit) !== unit) marks[unit] |= CodeUnitMark.upperCase;
    }
  }
  return marks;
}

function bitsOf(names: readonly MarkName[]): number {
  return names.reduce((bits, name) => bits | CodeUnitMark[name], 0);
}
