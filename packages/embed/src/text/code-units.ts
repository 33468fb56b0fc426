/**
 * What a UTF-16 code unit is to the tokeniser. Tables instead of regular expressions: one load a unit, no allocation,
 * and the same answer on every runtime whatever version of Unicode it carries.
 */
export const CodeUnitClass = {
  /** white space, and punctuation that carries no meaning of its own for routing: ends a word */
  separator: 0,
  letter: 1,
  digit: 2,
  /** operators, brackets and marks that tell code or mathematics from prose: each is a token */
  sign: 3,
  /** scripts written without spaces (and surrogates, hence emoji): each unit is a word */
  unspaced: 4,
} as const;

type ClassName = keyof typeof CodeUnitClass;

/** Later entries override earlier ones; bounds are inclusive. */
const classRanges: readonly (readonly [ClassName, number, number])[] = [
  ["digit", 0x30, 0x39],
  ["letter", 0x41, 0x5a],
  ["letter", 0x61, 0x7a],
  // above ASCII a unit is a letter (or a mark within a word) unless listed below
  ["letter", 0xaa, 0xfffd],
  ["separator", 0xab, 0xb4],
  ["digit", 0xb2, 0xb3],
  ["sign", 0xb0, 0xb1],
  ["separator", 0xb6, 0xb9],
  ["digit", 0xb9, 0xb9],
  ["separator", 0xbb, 0xbf],
  ["sign", 0xd7, 0xd7],
  ["sign", 0xf7, 0xf7],
  ["separator", 0x060c, 0x060c], // Arabic comma, semicolon, question mark
  ["separator", 0x061b, 0x061f],
  ["digit", 0x0660, 0x0669],
  ["digit", 0x06f0, 0x06f9],
  ["separator", 0x0964, 0x0965], // danda
  ["digit", 0x0966, 0x096f],
  ["unspaced", 0x0e00, 0x0eff], // Thai, Lao
  ["unspaced", 0x1000, 0x109f], // Myanmar
  ["unspaced", 0x1780, 0x17ff], // Khmer
  ["separator", 0x2000, 0x206f], // general punctuation
  ["letter", 0x200c, 0x200d], // zero-width joiners stand inside words
  ["digit", 0x2070, 0x209f], // super- and subscripts
  ["separator", 0x20a0, 0x20cf],
  ["sign", 0x20ac, 0x20ac],
  ["digit", 0x2150, 0x218f], // fractions, Roman numerals
  ["sign", 0x2190, 0x23ff], // arrows, mathematical operators, technical
  ["separator", 0x2400, 0x27bf], // boxes, shapes, dingbats
  ["sign", 0x27c0, 0x2aff], // mathematics, supplemental arrows
  ["separator", 0x2b00, 0x2bff],
  ["separator", 0x2e00, 0x2e7f],
  ["unspaced", 0x2e80, 0x2fff], // radicals
  ["separator", 0x3000, 0x3004],
  ["separator", 0x3008, 0x3020],
  ["separator", 0x3030, 0x303f],
  ["unspaced", 0x3040, 0x312f], // kana, bopomofo
  ["unspaced", 0x3400, 0x4dbf], // Han extension A
  ["unspaced", 0x4e00, 0x9fff], // Han
  ["unspaced", 0xd800, 0xdfff], // surrogates, lone ones too
  ["separator", 0xe000, 0xf8ff], // private use
  ["unspaced", 0xf900, 0xfaff], // Han compatibility
  ["separator", 0xfe00, 0xfe0f], // variation selectors
  ["separator", 0xff5f, 0xff65],
  ["separator", 0xfffe, 0xffff],
];

const asciiSigns = "!#$%&()*+-/:;<=>?@[\\]^_`{|}~";

// Latin, Greek, Cyrillic, Armenian and their extensions: all scripts with case that prompts are likely to hold. Unicode
// never changes a case pair once given, so every runtime builds the same table
const casedRanges: readonly (readonly [number, number])[] = [
  [0x41, 0x5a],
  [0xc0, 0x058f],
  [0x1e00, 0x1fff],
];
const fullWidth: readonly [number, number] = [0xff01, 0xff5e];

/** Where a unit may be folded to another one; bounds are inclusive. */
const foldedRanges = [...casedRanges, fullWidth];

const fullWidthOffset = 0xff01 - 0x21;

/** Code unit → {@link CodeUnitClass}. */
export const codeUnitClasses: Uint8Array = /* @__PURE__ */ buildClasses();

/** Bits that no fold changes: those of a unit that was not asked for yet. */
const unknownBits = 0xffff;

/** Code unit → the bits that {@link fold} changes. What one program never meets would be most of the time that it takes to start. */
const foldingBits: Uint16Array = /* @__PURE__ */ buildFolding();

/** The lower case of a code unit, ASCII for full-width ASCII. */
export function fold(unit: number): number {
  const bits = foldingBits[unit];
  return bits === unknownBits ? findFolded(unit) : unit ^ bits;
}

function buildClasses(): Uint8Array {
  const classes = new Uint8Array(0x10000);
  for (const [name, first, last] of classRanges) classes.fill(CodeUnitClass[name], first, last + 1);
  for (let i = 0; i < asciiSigns.length; i++) classes[asciiSigns.charCodeAt(i)] = CodeUnitClass.sign;
  classes.copyWithin(0xff01, 0x21, 0x7f);
  return classes;
}

function buildFolding(): Uint16Array {
  const bits = new Uint16Array(0x10000);
  for (const [first, last] of foldedRanges) bits.fill(unknownBits, first, last + 1);
  return bits;
}

function findFolded(unit: number): number {
  const narrow = unit >= fullWidth[0] ? unit - fullWidthOffset : unit;
  const lower = String.fromCharCode(narrow).toLowerCase();
  const folded = lower.length === 1 ? lower.charCodeAt(0) : narrow;
  foldingBits[unit] = unit ^ folded;
  return folded;
}
