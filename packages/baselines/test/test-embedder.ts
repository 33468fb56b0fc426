import type { StorableEmbedder } from "../src/index.js";

/** An embedder in name only, with a tensor of its own: what an artifact needs to be whole. */
export const testEmbedder: StorableEmbedder = {
  id: "test/8",
  dimensions: 8,
  toTensors: () => ({ config: { kind: "test" }, tensors: { table: { shape: [2], data: Float32Array.of(1, 2) } } }),
};
