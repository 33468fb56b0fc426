import { hashString } from "@onehead/core";
import { createRandom } from "@onehead/core/training";
import type { Embedder } from "../embedder.js";

/**
 * An embedder outside of the artifact: random vectors, the same for the same text, around a mean that is far from 0, most of
 * their variance in the first 5 of all directions.
 */
export function wideEmbedder(dimensions: number, id = `made:wide/${dimensions}`): Embedder & { seen: string[] } {
  const seen: string[] = [];
  return {
    id,
    dimensions,
    origin: { provider: "made", model: "wide" },
    seen,
    async embed(texts) {
      seen.push(...texts);
      const out = new Float32Array(texts.length * dimensions);
      texts.forEach((text, r) => {
        const random = createRandom(hashString(text));
        for (let j = 0; j < dimensions; j++) out[r * dimensions + j] = 3 + (j < 5 ? 5 - j : 0.05) * random.normal();
      });
      return out;
    },
  };
}
