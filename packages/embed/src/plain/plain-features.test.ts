import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TokenBuffer } from "../text/token-buffer.js";
import { measurePlainFeatures, plainFeatureNames } from "./plain-features.js";
import { countText, type TextCounts } from "./text-counts.js";

function count(text: string): TextCounts {
  const tokens = new TokenBuffer();
  tokens.read(text);
  return countText(text, tokens);
}

function measure(text: string): Record<string, number> {
  const out = new Float32Array(plainFeatureNames.length);
  measurePlainFeatures(out, 0, count(text));
  return Object.fromEntries(plainFeatureNames.map((name, i) => [name, out[i]]));
}

describe("countText", () => {
  it("counts letters, words, numbers and sentences of prose", () => {
    expect(count("He ran 42 km. Why? It's 3.5 times Bob's.")).toMatchObject({
      length: 40,
      // he ran km why it s times bob s
      letters: 2 + 3 + 2 + 3 + 2 + 1 + 5 + 3 + 1,
      upperCase: 4,
      digits: 4,
      numbers: 3,
      words: 12,
      quotes: 2,
      sentenceEnds: 3,
      questionMarks: 1,
      endsWithQuestionMark: false,
      codeKeywords: 0,
      startsWithQuestionWord: false,
    });
  });

  it("tells code and mathematics from prose", () => {
    expect(count("def f(x):\n  return [x]")).toMatchObject({ codeKeywords: 2, codeSigns: 2, newlines: 1, signs: 5 });
    expect(count("$\\frac{1}{2} \\le x^2$ ≥ ∑")).toMatchObject({
      latexCommands: 2,
      dollarSigns: 2,
      mathematicalSigns: 3,
      codeSigns: 4,
    });
  });

  it("counts answer options that come in their order, in all three notations", () => {
    expect(count("Pick one.\nA. red\nB. blue\nC. green").answerOptions).toBe(3);
    expect(count("(A) red\n(B) blue").answerOptions).toBe(2);
    expect(count("A) red\nC) blue\nB) green").answerOptions).toBe(2);
    expect(count("A man\nBill ate").answerOptions).toBe(0);
  });

  it("counts gaps to be filled in once each", () => {
    expect(count("The ____ of __ and _x_").blanks).toBe(2);
  });

  it("knows a question by its first word and by its last mark", () => {
    expect(count("Wie spät ist es?\n")).toMatchObject({ startsWithQuestionWord: true, endsWithQuestionMark: true });
    expect(count("你好吗？").endsWithQuestionMark).toBe(true);
    expect(count("Tell me why")).toMatchObject({ startsWithQuestionWord: false, endsWithQuestionMark: false });
  });

  it("tells scripts apart", () => {
    expect(count("Größe")).toMatchObject({ letters: 5, nonLatin: 0, eastAsian: 0 });
    expect(count("мир")).toMatchObject({ letters: 3, nonLatin: 3, eastAsian: 0 });
    expect(count("日本語です")).toMatchObject({ letters: 5, nonLatin: 5, eastAsian: 5 });
    expect(count("한국어")).toMatchObject({ letters: 3, nonLatin: 3, eastAsian: 3 });
    expect(count("🙂\ud83d")).toMatchObject({ letters: 0, nonLatin: 0, eastAsian: 0 });
  });
});

describe("measurePlainFeatures", () => {
  it("names each feature once", () => {
    expect(new Set(plainFeatureNames).size).toBe(plainFeatureNames.length);
  });

  it("takes logarithms of counts and shares of lengths", () => {
    // 8 units; 2 words with 5 letters and digits; 2 letters, of which 1 upper-case
    const features = measure("Ab 123 ?");
    expect(features["logCharacters"]).toBeCloseTo(Math.log(9), 6);
    expect(features["logWords"]).toBeCloseTo(Math.log(3), 6);
    expect(features["meanWordLength"]).toBeCloseTo(2.5, 6);
    expect(features["upperCaseShare"]).toBeCloseTo(0.5, 6);
    expect(features["digitShare"]).toBeCloseTo(3 / 8, 6);
    expect(features["signShare"]).toBeCloseTo(1 / 8, 6);
    expect(features["endsWithQuestionMark"]).toBe(1);
  });

  it("is zero throughout for the empty text", () => {
    expect(Object.values(measure("")).every((value) => value === 0)).toBe(true);
  });

  it("is finite and not negative for any string, its shares at most 1", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        for (const [name, value] of Object.entries(measure(text))) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(name.endsWith("Share") ? 1 : 1000);
        }
      }),
    );
  });
});
