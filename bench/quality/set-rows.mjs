// Recorded rows of a set, and parts of them as routers and replays take them.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { estimateTokens } from "@onehead/core";
import { buildRowTable, openRows, promptHash, selectRows } from "@onehead/data";

/** The file of a set, in the layout of docs/data.md. @throws where there is none */
export function setFile(data, set) {
  const path = join(data, set, `${set}.jsonl.gz`);
  if (!existsSync(path)) throw new Error(`quality: no rows of ${set}: expected ${set}/${set}.jsonl.gz in ONEHEAD_DATA`);
  return path;
}

export function fileHash(path) {
  return createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 16);
}

export function readSet(data, set) {
  return buildRowTable(openRows(setFile(data, set)));
}

/** Rows with their embeddings, as baselines learn from them. */
export async function labelledEmbeddings(table, rows, embedder) {
  const picked = selectRows(table, rows);
  return { embeddings: await embedder.embed(picked.prompts), dimensions: embedder.dimensions, table: picked };
}

/** What a router may know of rows before the call; prompt tokens as recorded, else estimated from the text. */
export async function askedRows(table, embedder) {
  return {
    embeddings: await embedder.embed(table.prompts),
    inputTokens: table.inputTokens.map((recorded, r) => (recorded >= 0 ? recorded : estimateTokens(table.prompts[r]))),
  };
}

/** What a replay knows of rows. */
export function recordedRows({ scores, costs, prompts }) {
  return { scores, costsUsd: costs, promptKeys: Float64Array.from(prompts, (prompt) => promptHash(prompt)) };
}
