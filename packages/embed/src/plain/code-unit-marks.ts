import { CodeUnitClass, codeUnitClasses, fold } from "../text/code-units.js";

/** What the plain features ask of a code unit beyond its class. */
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

const ofScript = CodeUnitMark.nonLatin | CodeUnitMark.eastAsian;

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

/** Marks that no unit has: those of one that was not asked for yet. */
const unknown = 0xff;

/** Code unit → its marks. */
const codeUnitMarks: Uint8Array = /* @__PURE__ */ new Uint8Array(0x10000).fill(unknown);

/** Bits of {@link CodeUnitMark}; 0 for lower-case Latin letters, which are most of most texts. */
export function marksOf(unit: number): number {
  const marks = codeUnitMarks[unit];
  return marks === unknown ? findMarks(unit) : marks;
}

function findMarks(unit: number): number {
  const kind = codeUnitClasses[unit];
  const character = String.fromCharCode(unit);
  let marks = 0;
  for (const [name, units] of characters) if (units.includes(character)) marks |= CodeUnitMark[name];
  for (const [name, first, last] of ranges) if (first <= unit && unit <= last) marks |= CodeUnitMark[name];
  // the ranges of a script hold its punctuation too, which is no letter of it
  if (kind !== CodeUnitClass.letter && kind !== CodeUnitClass.unspaced) marks &= ~ofScript;
  if (kind === CodeUnitClass.letter && fold(unit) !== unit) marks |= CodeUnitMark.upperCase;
  codeUnitMarks[unit] = marks;
  return marks;
}
