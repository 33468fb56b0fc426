import { describe, expect, it } from "vitest";
import { plainFeatureNames } from "../plain/plain-features.js";
import { fitTrainedEmbedder } from "./fit-trained-embedder.js";

const words = ["red", "green", "blue", "cat", "dog", "sun", "moon", "sum", "proof", "code"];
const texts = Array.from(
  { length: 60 },
  (_, i) => `${words[i % 10]} ${words[(i * 3) % 10]} and ${words[(i * 7 + 1) % 10]} ${i % 4 ? "?" : "= 1"}`,
);

describe("fitTrainedEmbedder", () => {
  it("gives the same bits for the same texts and seed, and another id for others", async () => {
    const [first, second, otherSeed, otherTexts] = await Promise.all([
      fitTrainedEmbedder(texts, { components: 8, seed: 3 }),
      fitTrainedEmbedder(texts, { components: 8, seed: 3 }),
      fitTrainedEmbedder(texts, { components: 8, seed: 4, plainWeight: 0.3 }),
      fitTrainedEmbedder(texts.slice(1), { components: 8, seed: 3 }),
    ]);
    expect(second.toTensors()).toEqual(first.toTensors());
    expect(first.id).toMatch(/^tfidf-svd\/\d+\/[0-9a-f]{8}$/);
    expect(new Set([first.id, otherSeed.id, otherTexts.id]).size).toBe(3);
  });

  it("fits one text, empty texts and texts without a shared word", async () => {
    for (const few of [["one two three"], ["", " "], ["alpha", "beta", "gamma"]]) {
      const embedder = await fitTrainedEmbedder(few);
      expect(embedder.dimensions).toBeGreaterThanOrEqual(plainFeatureNames.length);
      expect(embedder.embedSync([...few, "unseen words"]).every(Number.isFinite)).toBe(true);
    }
  });

  it("honours maxFeatures and minDocumentFrequency", async () => {
    const small = await fitTrainedEmbedder(texts, { maxFeatures: 7 });
    expect(small.toTensors().config.features).toBe(7);
    const strict = await fitTrainedEmbedder(texts, { minDocumentFrequency: 60 });
    // only "and" is in every text
    expect(strict.toTensors().config.features).toBe(1);
  });

  it("reports growing shares of the work and ends at 1", async () => {
    const shares: number[] = [];
    await fitTrainedEmbedder(texts, { components: 4, onProgress: (done) => shares.push(done) });
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(0)).toBe(0);
    expect(shares.at(-1)).toBe(1);
  });

  it("stops when its signal is aborted, before and between steps", async () => {
    const aborted = fitTrainedEmbedder(texts, { signal: AbortSignal.abort() });
    await expect(aborted).rejects.toMatchObject({ code: "aborted" });
    const controller = new AbortController();
    const onProgress = (done: number): void => {
      if (done > 0.5) controller.abort();
    };
    const running = fitTrainedEmbedder(texts, { signal: controller.signal, onProgress });
    await expect(running).rejects.toMatchObject({ code: "aborted" });
  });

  it.each([
    ["texts", [], {}],
    ["maxFeatures", texts, { maxFeatures: 0 }],
    ["components", texts, { components: 2.5 }],
    ["minDocumentFrequency", texts, { minDocumentFrequency: Number.NaN }],
    ["whitening", texts, { whitening: 2 }],
    ["plainWeight", texts, { plainWeight: -1 }],
    ["seed", texts, { seed: 0.5 }],
  ])("refuses %s out of range", async (name, input, options) => {
    await expect(fitTrainedEmbedder(input, options)).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringContaining(`fitTrainedEmbedder: ${name}`),
    });
  });
});
