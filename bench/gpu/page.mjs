// What gpu.mjs runs on a page: equality first, then every rival in turn, round after round.
import { jsBackend, parseArtifact, Router } from "@onehead/core";
import { openGpuScorer } from "@onehead/core/gpu";
import { createRandom } from "@onehead/core/training";
import { wasmBackend } from "@onehead/core/wasm";
import { GPU } from "gpu.js";

const preference = { reward: "linear", lambdaUsd: 0.01 };

/** Rows around the anchors of the artifact, where prompts like those it was trained on lie. */
function rowsNear({ manifest, tensors }, count) {
  const { dimensions: D } = manifest.embedder;
  const random = createRandom(7);
  const [directions, anchors] = ["directions", "anchors"].map((name) => tensors.get(`kernel.${name}`).data);
  const Q = directions.length / D;
  const embeddings = new Float32Array(count * D);
  for (let row = 0; row < count; row++) {
    const anchor = Math.floor((random.uniform() * anchors.length) / Q) * Q;
    for (let d = 0; d < D; d++) {
      let value = (0.3 * random.normal()) / Math.sqrt(D);
      for (let q = 0; q < Q; q++) value += anchors[anchor + q] * directions[q * D + d];
      embeddings[row * D + d] = value;
    }
  }
  return { embeddings, tokens: new Float64Array(count).fill(100) };
}

/** Choices that differ from `Router.choose`'s. */
function differences(router, choices, embeddings, tokens) {
  const D = router.dimensions;
  const own = { index: 0, predictedQuality: 0, predictedCostUsd: 0, reward: 0 };
  let count = 0;
  tokens.forEach((inputTokens, row) => {
    router.choose(embeddings.subarray(row * D, (row + 1) * D), inputTokens, preference, own);
    if (own.index !== choices.index[row]) count++;
  });
  return count;
}

/** @param modes of gpu.js that there are here */
async function measure({ modes, candidates, batches, rounds }) {
  const artifact = parseArtifact(new Uint8Array(await (await fetch("/default.onehead")).arrayBuffer()));
  const measured = artifact.manifest.candidates.filter(({ profile }) => profile.kind === "measured");
  const results = [];
  const devices = {};
  const openings = [];
  for (const N of candidates) {
    const models = measured.slice(0, N).map(({ id }) => id);
    const router = new Router(artifact, { models });
    const { embeddings, tokens } = rowsNear(artifact, Math.max(...batches));
    const rivals = {};
    for (const mode of modes) {
      const started = performance.now();
      const decided = await openGpuScorer(artifact, {
        gpu: GPU,
        mode,
        use: "measured",
        models,
        backend: wasmBackend() ?? jsBackend,
      });
      const { device, ...report } = decided.report;
      openings.push({ candidates: N, mode, openMs: performance.now() - started, ...report });
      devices[mode] = device;
      await decided.close();
      rivals[mode] = await openGpuScorer(artifact, { gpu: GPU, mode, use: "gpu", models });
    }
    for (const backend of [wasmBackend(), jsBackend]) {
      if (backend !== null) rivals[backend.name] = await openGpuScorer(artifact, { use: "cpu", models, backend });
    }
    for (const rows of batches) {
      const batch = [embeddings.subarray(0, rows * router.dimensions), tokens.subarray(0, rows)];
      const least = {};
      const close = {};
      for (const [name, scorer] of Object.entries(rivals)) {
        const choices = await scorer.score(...batch, rows, { preference });
        const wrong = differences(router, choices, ...batch);
        if (wrong > 0 || choices.lost !== null)
          throw new Error(`${name}: ${wrong} of ${rows} rows differ; ${choices.lost}`);
        least[name] = Number.POSITIVE_INFINITY;
        close[name] = choices.closeRows;
      }
      for (let round = 0; round < rounds; round++) {
        for (const [name, scorer] of Object.entries(rivals)) {
          const started = performance.now();
          await scorer.score(...batch, rows, { preference });
          least[name] = Math.min(least[name], performance.now() - started);
        }
      }
      const microseconds = Object.fromEntries(Object.entries(least).map(([name, ms]) => [name, (1000 * ms) / rows]));
      results.push({ candidates: N, rows, microsecondsPerRow: microseconds, closeRows: close });
    }
    for (const scorer of Object.values(rivals)) await scorer.close();
  }
  return { devices, openings, results, userAgent: navigator.userAgent };
}

window.measure = measure;
