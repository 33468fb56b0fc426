import { beforeAll, describe, expect, test } from "vitest";
import type { Embedder } from "./embedder.js";
import { energeticEmbedder } from "./energetic.js";

function cosine(vectors: Float32Array, a: number, b: number): number {
  let dot = 0;
  // the model gives vectors of length 1
  for (let j = 0; j < 512; j++) dot += vectors[a * 512 + j] * vectors[b * 512 + j];
  return dot;
}

describe("the Universal Sentence Encoder lite from npm", () => {
  let embedder: Embedder;
  beforeAll(async () => {
    embedder = await energeticEmbedder({ batchTexts: 2 });
  });

  test("relates texts that share no word", async () => {
    const texts = ["Which doctor treats a heart attack?", "A cardiologist cures patients.", "", "She sang old songs."];
    const vectors = await embedder.embed(texts);
    expect(vectors).toHaveLength(4 * 512);
    expect(cosine(vectors, 0, 1)).toBeGreaterThan(cosine(vectors, 0, 3) + 0.1);
    expect(vectors.subarray(2 * 512, 3 * 512)).toEqual(new Float32Array(512));
    expect(embedder).toMatchObject({ id: "energetic:universal-sentence-encoder-lite", dimensions: 512 });
  });

  test("takes texts of any length and any code units", async () => {
    const vectors = await embedder.embed(["\ud800", "word ".repeat(100_000)]);
    expect(vectors.every(Number.isFinite)).toBe(true);
  });

  test("stops at its signal", async () => {
    await expect(embedder.embed(["a"], { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "aborted" });
  });
});

test("a model that does not load, or gives something else, is named", async () => {
  const missing = Object.assign(new Error("not found"), { code: "ERR_MODULE_NOT_FOUND" });
  await expect(energeticEmbedder({ load: () => Promise.reject(missing) })).rejects.toBe(missing);
  await expect(energeticEmbedder({ batchTexts: 0 })).rejects.toMatchObject({ code: "invalid-argument" });
  const answers = async (vectors: number[][]) => {
    const embedder = await energeticEmbedder({ load: async () => ({ embed: async () => vectors }) });
    return embedder.embed(["a"]);
  };
  await expect(answers([[1, 2]])).rejects.toMatchObject({ code: "response" });
  await expect(answers([new Array(512).fill(Number.NaN)])).rejects.toMatchObject({ code: "response" });
});
