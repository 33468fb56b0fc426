import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TokenBuffer } from "./token-buffer.js";
import { hashBigram, hashToken, tokenize } from "./tokenize.js";

function tokens(text: string): number[] {
  const hashes = new Uint32Array(text.length);
  return Array.from(hashes.subarray(0, tokenize(hashes, text)));
}

const hashed = (...words: string[]): number[] => words.map(hashToken);

describe("tokenize", () => {
  it("takes runs of letters and digits in lower case, and signs one by one", () => {
    expect(tokens("Hello, World 42!")).toEqual(hashed("hello", "world", "42", "!"));
    expect(tokens("def f2(x): return x+1")).toEqual(hashed("def", "f2", "(", "x", ")", ":", "return", "x", "+", "1"));
    expect(tokens("\\frac{a}{b} == $3.50")).toEqual(
      hashed("\\", "frac", "{", "a", "}", "{", "b", "}", "=", "=", "$", "3", "50"),
    );
  });

  it("takes each unit of a script without spaces as a word", () => {
    expect(tokens("你好, world。ありがと")).toEqual(hashed("你", "好", "world", "あ", "り", "が", "と"));
  });

  it("keeps words of other alphabets whole and folds their case", () => {
    expect(tokens("Größe ΑΘΗΝΑ Москва ŁÓDŹ")).toEqual(hashed("größe", "αθηνα", "москва", "łódź"));
  });

  it("keeps combining marks inside their word, and folds full-width ASCII", () => {
    expect(tokens("cafe\u0301s")).toHaveLength(1);
    expect(tokens("ＡＢＣ１２＝")).toEqual(hashed("abc12", "="));
  });

  it("finds no token in emptiness, white space, NUL or bare punctuation", () => {
    for (const text of ["", " \t\r\n", "\0\0", "., '\"", "\u2014\u2026"]) expect(tokens(text)).toEqual([]);
  });

  it("gives a lone surrogate a token of its own", () => {
    expect(tokens("a\ud83d b")).toHaveLength(3);
    expect(tokens("\udc00")).toHaveLength(1);
  });

  it("equals a split by regular expression on ASCII", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary-ascii", maxLength: 80 }), (text) => {
        const words = text.toLowerCase().match(/[a-z0-9]+|[!#$%&()*+\-/:;<=>?@[\\\]^_`{|}~]/g) ?? [];
        expect(tokens(text)).toEqual(words.map(hashToken));
      }),
    );
  });

  it("never needs more room than the text has code units", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), (text) => {
        expect(tokens(text).length).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 50 },
    );
  });
});

describe("hashBigram", () => {
  it("tells the order of its words", () => {
    const [dog, bites] = hashed("dog", "bites");
    expect(hashBigram(dog, bites)).not.toBe(hashBigram(bites, dog));
    expect(hashBigram(dog, bites)).toBe(hashBigram(dog, bites));
  });
});

describe("TokenBuffer", () => {
  it("lets go of the room that one long text needed", () => {
    const buffer = new TokenBuffer();
    buffer.read("a ".repeat(200_000));
    expect(buffer.count).toBe(200_000);
    buffer.read("one two");
    expect(buffer.count).toBe(2);
    expect(buffer.hashes.length).toBeLessThanOrEqual(1 << 16);
    expect(buffer.hashes[1]).toBe(hashToken("two"));
  });
});
