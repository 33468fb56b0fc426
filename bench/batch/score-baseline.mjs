// `router.scoreBatch` over the rows of a file, as `onehead score` parses them, and nothing after: what bench/batch/score.mjs compares with.
//
//   node bench/batch/score-baseline.mjs --artifact FILE --input FILE --workers N
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { openBatchWorkers } from "@onehead/batch";
import { jsBackend, parseArtifact, Router } from "@onehead/core";
import { wasmBackend } from "@onehead/core/wasm";
import { openRowBlocks } from "@onehead/data";
import { embedderOf } from "@onehead/embed";
import { staticEnglish } from "@onehead/embed/static-english";

const { values: flags } = parseArgs({
  options: { artifact: { type: "string" }, input: { type: "string" }, workers: { type: "string", default: "0" } },
});
const bytes = readFileSync(flags.artifact);
const artifact = parseArtifact(bytes);
const router = new Router(artifact, { backend: wasmBackend() ?? jsBackend });
const count = Number(flags.workers);
const workers = count > 0 ? await openBatchWorkers(bytes, { workers: count, backend: router.backend }) : undefined;
const blocks = await openRowBlocks(flags.input, { dimensions: router.dimensions });
let embedder;

async function* embedded() {
  for await (const block of blocks.read()) {
    if (block.prompts !== null) {
      embedder ??= embedderOf(artifact, { tables: [staticEnglish()] });
      for (let row = 0; row < block.rows; row++) {
        embedder.embedInto(block.embeddings, block.prompts[row], row * router.dimensions);
      }
    }
    yield block;
  }
}

const started = performance.now();
let rows = 0;
for await (const scored of router.scoreBatch(embedded(), { willingnessToPayUsd: 0.01, workers })) rows += scored.rows;
console.log(JSON.stringify({ rows, seconds: (performance.now() - started) / 1000 }));
await workers?.close();
await blocks.close();
