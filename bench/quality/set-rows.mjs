// Recorded rows of a set: its table, the split of a seed, and the parts as routers and replays take them.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { estimateTokens } from "@onehead/core";
import { buildRowTable, openRows, promptHash, selectRows, splitTable } from "@onehead/data";

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

export function splitSet(table, { seed, holdout, validation }) {
  return splitTable(table, { seed, holdout, validation });
}

/** Rows with their embeddings, as baselines learn from them. */
export function labelledEmbeddings(table, rows, embedder) {
  const picked = selectRows(table, rows);
  return { embeddings: embedder.embedSync(picked.prompts), dimensions: embedder.dimensions, table: picked };
}

/** Prompt tokens of every row: as recorded, else estimated from the text. */
export function inputTokensOf(table) {
  return table.inputTokens.map((recorded, r) => (recorded >= 0 ? recorded : estimateTokens(table.prompts[r])));
}

/** Rows as a replay takes them. */
export function recordedRows(table, rows) {
  const picked = selectRows(table, rows);
  return {
    scores: picked.scores,
    costsUsd: picked.costs,
    promptKeys: Float64Array.from(picked.prompts, (prompt) => promptHash(prompt)),
  };
}
