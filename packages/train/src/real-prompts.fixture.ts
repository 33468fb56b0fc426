import { join } from "node:path";
import { estimateTokens, parseArtifact } from "@onehead/core";
import { openRows } from "@onehead/data";
import { embedderOf } from "@onehead/embed";
import { staticEnglish } from "@onehead/embed/static-english";

const sets = ["routerbench", "mmlu_pro", "zeroeval", "llmrouter_nim", "openllm_v2", "routellm"];

/** Prompts of all sets under `folder`, so many of them, at even distances. */
export async function realPrompts(folder: string, count: number): Promise<string[]> {
  const all: string[] = [];
  for (const set of sets) {
    for await (const { prompt } of openRows(join(folder, set, `${set}.jsonl.gz`))) all.push(prompt);
  }
  if (all.length < count) throw new Error(`${folder}: ${all.length} prompts, expected at least ${count}`);
  return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]);
}

/** {@link realPrompts} as an artifact's embedder sees them: (count, D + 1) embeddings, each followed by its tokens. */
export async function realRows(folder: string, count: number, artifact: Uint8Array): Promise<Float32Array> {
  const embedder = embedderOf(parseArtifact(artifact), { tables: [staticEnglish()] });
  const width = embedder.dimensions + 1;
  const rows = new Float32Array(count * width);
  for (const [row, prompt] of (await realPrompts(folder, count)).entries()) {
    embedder.embedInto(rows, prompt, row * width);
    rows[(row + 1) * width - 1] = estimateTokens(prompt);
  }
  return rows;
}
