import { describe, expect, it } from "vitest";
import { TokenBuffer } from "../text/token-buffer.js";
import { hashBigram, hashToken } from "../text/tokenize.js";
import { DocumentFrequency } from "./document-frequency.js";
import { TfIdf } from "./tf-idf.js";
import { countDocument, selectVocabulary, type Vocabulary, weighTexts } from "./vocabulary.js";

const documents = ["the cat sat", "the cat, the dog", "a bird"];

function vocabularyOf(texts: readonly string[], maxFeatures = 100, minDocumentFrequency = 2): Vocabulary {
  const frequency = new DocumentFrequency();
  const tokens = new TokenBuffer();
  for (const text of texts) {
    tokens.read(text);
    countDocument(frequency, tokens);
  }
  return selectVocabulary(frequency, texts.length, maxFeatures, minDocumentFrequency);
}

function weightsOf(text: string, vocabulary: Vocabulary): Map<number, number> {
  const tfIdf = new TfIdf(vocabulary.hashes, vocabulary.inverseDocumentFrequency);
  const tokens = new TokenBuffer();
  tokens.read(text);
  const found = tfIdf.weigh(tokens);
  return new Map(Array.from({ length: found }, (_, k) => [vocabulary.hashes[tfIdf.features[k]], tfIdf.weights[k]]));
}

describe("TF-IDF", () => {
  const the = hashToken("the");
  const cat = hashToken("cat");
  const dog = hashToken("dog");
  const theCat = hashBigram(the, cat);

  it("keeps what two documents share, in ascending order of hash", () => {
    const { hashes, inverseDocumentFrequency } = vocabularyOf(documents);
    expect(Array.from(hashes)).toEqual([the, cat, theCat].sort((a, b) => a - b));
    // idf = 1 + ln((1 + 3) / (1 + 2)) = 1 + ln(4/3) = 1.287682
    for (const idf of inverseDocumentFrequency) expect(idf).toBeCloseTo(1.287682, 6);
  });

  it("gives the weights worked out by hand", () => {
    const vocabulary = vocabularyOf(documents, 100, 1);
    // document 2: "the" twice, the rest once
    //   the      (1 + ln 2) · (1 + ln(4/3)) = 1.693147 · 1.287682 = 2.180236
    //   cat      1 · 1.287682
    //   the cat  1 · 1.287682
    //   dog      1 · (1 + ln(4/2)) = 1.693147; likewise "cat the" and "the dog"
    // squares: 4.753427 + 2 · 1.658125 + 3 · 2.866747 = 16.669918, length 4.082881
    const weights = weightsOf(documents[1], vocabulary);
    expect(weights.size).toBe(6);
    expect(weights.get(the)).toBeCloseTo(2.180236 / 4.082881, 5);
    expect(weights.get(cat)).toBeCloseTo(1.287682 / 4.082881, 5);
    expect(weights.get(theCat)).toBeCloseTo(1.287682 / 4.082881, 5);
    expect(weights.get(dog)).toBeCloseTo(1.693147 / 4.082881, 5);
  });

  it("prefers frequent features, and among equals those with the lower hash", () => {
    const { hashes } = vocabularyOf(documents, 2, 1);
    expect(Array.from(hashes)).toEqual([the, cat, theCat].sort((a, b) => a - b).slice(0, 2));
  });

  it("finds nothing in a text without a known word, also after a text that had some", () => {
    const { hashes, inverseDocumentFrequency } = vocabularyOf(documents);
    const tfIdf = new TfIdf(hashes, inverseDocumentFrequency);
    const tokens = new TokenBuffer();
    tokens.read("the cat");
    expect(tfIdf.weigh(tokens)).toBe(3);
    tokens.read("quite unheard of");
    expect(tfIdf.weigh(tokens)).toBe(0);
    tokens.read("the cat");
    expect(tfIdf.weigh(tokens)).toBe(3);
  });

  it("has rows of length 1 in the matrix of all texts, empty ones aside", () => {
    const matrix = weighTexts([...documents, "zzz"], vocabularyOf(documents));
    expect(matrix).toMatchObject({ rows: 4, columnCount: 3 });
    for (let r = 0; r < 4; r++) {
      const row = matrix.weights.subarray(matrix.starts[r], matrix.starts[r + 1]);
      const squares = row.reduce((sum, weight) => sum + weight * weight, 0);
      expect(squares).toBeCloseTo(r < 2 ? 1 : 0, 6);
    }
  });
});
