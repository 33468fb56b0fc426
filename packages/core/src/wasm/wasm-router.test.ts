import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Artifact, parseArtifact } from "../artifact/artifact.js";
import { syntheticArtifact } from "../artifact/contract/synthetic-artifact.js";
import { tensorData } from "../layers/attention-form.js";
import { createRandom } from "../random/random.js";
import { Router } from "../router/router.js";
import { wasmBackend } from "./index.js";

const backend = wasmBackend() ?? undefined;
const bundled = new URL("../../../../apps/cli/artifacts/default.onehead", import.meta.url);
const random = createRandom(5);

/** Embeddings near the anchors of an artifact, where it knows them and farther and farther away. */
function embeddingsOf(artifact: Artifact, count: number): Float32Array[] {
  const { dimensions: D } = artifact.manifest.embedder;
  if (!artifact.tensors.has("kernel.directions") || artifact.tensors.has("kernel.metric")) {
    return Array.from({ length: count }, () => Float32Array.from({ length: D }, () => random.normal()));
  }
  const directions = tensorData(artifact.tensors, "kernel.directions");
  const anchors = tensorData(artifact.tensors, "kernel.anchors");
  const Q = directions.length / D;
  return Array.from({ length: count }, (_, i) => {
    const anchor = Math.floor((random.uniform() * anchors.length) / Q) * Q;
    return Float32Array.from({ length: D }, (_, d) => {
      let value = (0.1 * (i % 8) * random.normal()) / Math.sqrt(D);
      for (let q = 0; q < Q; q++) value += anchors[anchor + q] * directions[q * D + d];
      return value;
    });
  });
}

const synthetic = (["low-rank", "models"] as const).map((form) => [form, syntheticArtifact(form)] as const);
const artifacts = [["the built-in router", parseArtifact(readFileSync(bundled))] as const, ...synthetic];

describe.each(artifacts)("in WebAssembly, %s", (_, artifact) => {
  const embeddings = embeddingsOf(artifact, 400);
  const open = () => [new Router(artifact), new Router(artifact, { backend })] as const;

  test("decides as in JavaScript but for ties, and predicts the same to 1e-5", () => {
    const [js, wasm] = open();
    expect(wasm.backend).toBe("wasm");
    const chosen = new Set<string>();
    embeddings.forEach((embedding, i) => {
      const request = { embedding, inputTokens: 100, willingnessToPayUsd: 10 ** ((i % 7) - 4) };
      const [expected, decision] = [js.decide(request), wasm.decide(request)];
      chosen.add(expected.model);
      if (decision.model !== expected.model) expect(expected.margin).toBeLessThan(1e-6);
      expect(decision.familiarity).toBeCloseTo(expected.familiarity, 5);
      const known = new Map(decision.ranking.map((ranked) => [ranked.model, ranked]));
      for (const { model, predictedQuality, predictedCostUsd, uncertainty } of expected.ranking) {
        const ranked = known.get(model);
        expect(Math.abs(Number(ranked?.predictedQuality) - predictedQuality)).toBeLessThan(1e-5);
        expect(Math.abs(Number(ranked?.uncertainty) - uncertainty)).toBeLessThan(1e-5);
        expect(Math.abs(Number(ranked?.predictedCostUsd) / predictedCostUsd - 1)).toBeLessThan(1e-5);
      }
    });
    expect(chosen.size).toBeGreaterThan(1);
  });

  test("gives a row the same bits alone as in a batch", () => {
    const [, wasm] = open();
    const D = wasm.dimensions;
    const rows = Float32Array.from({ length: 130 * D }, (_, i) => embeddings[Math.floor(i / D)][i % D]);
    const tokens = new Float64Array(130).fill(100);
    const batch = wasm.predictBatch(rows, tokens);
    const N = wasm.candidates.length;
    for (const row of [0, 1, 63, 64, 129]) {
      const alone = wasm.predictBatch(rows.slice(row * D, (row + 1) * D), [100]);
      expect(alone.quality).toEqual(batch.quality.slice(row * N, (row + 1) * N));
      expect(alone.costUsd).toEqual(batch.costUsd.slice(row * N, (row + 1) * N));
    }
  });
});

test.each(artifacts.slice(0, 2))(
  "in WebAssembly, %s predicts the same bits of a model whatever the pool",
  (_, artifact) => {
    const all = new Router(artifact, { backend });
    const [embedding] = embeddingsOf(artifact, 1);
    const { quality } = all.predictBatch(embedding, [100]);
    all.candidates.forEach(({ id }, i) => {
      const alone = new Router(artifact, { backend, models: [id] }).predictBatch(embedding, [100]);
      expect(alone.quality[0]).toBe(quality[i]);
    });
  },
);

test("a pool that is bound anew a hundred times goes on in memories of its own", () => {
  const [, [, artifact]] = artifacts;
  const router = new Router(artifact, { backend });
  const [embedding] = embeddingsOf(artifact, 1);
  const before = router.predictBatch(embedding, [100]);
  for (let i = 0; i < 100; i++) router.updatePrices({});
  expect(router.predictBatch(embedding, [100])).toEqual(before);
});
