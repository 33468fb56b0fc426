import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { parseArtifact, Router, serializeArtifact } from "@onehead/core";
import { wasmBackend } from "@onehead/core/wasm";
import { parquetWriteBuffer } from "hyparquet-writer";
import { syntheticArtifact } from "../../../../packages/core/src/artifact/contract/synthetic-artifact.js";

const program = join(dirname(fileURLToPath(import.meta.url)), "../../dist/main.js");

/** D of the router that {@link createScoreWorld} writes. */
const dimensions = 6;

export interface ScoreRun {
  /** Null where a signal ended it. */
  status: number | null;
  stdout: Buffer;
  stderr: string;
}

export type ScoreProcess = ChildProcessByStdio<Writable, Readable, Readable>;

/** Starts `onehead score`, as it is built. */
export function startScore(folder: string, args: readonly string[], shell?: string): ScoreProcess {
  const command = [process.execPath, program, "score", ...args];
  const options = { cwd: folder, env: { PATH: process.env["PATH"] } };
  const child: ScoreProcess =
    shell === undefined
      ? spawn(command[0], command.slice(1), { ...options, stdio: ["pipe", "pipe", "pipe"] })
      : spawn("bash", ["--norc", "-c", `${shell}; exec "$@"`, "bash", ...command], {
          ...options,
          stdio: ["pipe", "pipe", "pipe"],
        });
  // one that ends before it has read everything
  child.stdin.on("error", () => {});
  return child;
}

export function ended(child: ScoreProcess): Promise<ScoreRun> {
  const stdout: Buffer[] = [];
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, stdout: Buffer.concat(stdout), stderr }));
  });
}

/** Runs `onehead score` to its end. */
export function runScore(folder: string, args: readonly string[], input?: string | Uint8Array): Promise<ScoreRun> {
  const child = startScore(folder, args);
  child.stdin.end(input ?? "");
  return ended(child);
}

export interface EmbeddingRow {
  id: string;
  embedding: number[];
  inputTokens: number;
}

export interface ScoreWorld {
  folder: string;
  router: Router;
}

/** A folder with a small router, `small.onehead`. */
export function createScoreWorld(): ScoreWorld {
  const folder = mkdtempSync(join(tmpdir(), "onehead-score-"));
  const bytes = serializeArtifact(syntheticArtifact());
  writeFileSync(join(folder, "small.onehead"), bytes);
  const backend = wasmBackend();
  return { folder, router: new Router(parseArtifact(bytes), backend === null ? {} : { backend }) };
}

/** Rows whose embeddings are spread over many choices; the same for the same number. */
export function embeddingRows(count: number): EmbeddingRow[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `row-${i}`,
    embedding: Array.from({ length: dimensions }, (_, k) => Math.fround(2 * Math.sin(1 + 1.7 * i + 2.3 * k))),
    inputTokens: 1 + ((i * 7) % 900),
  }));
}

/** The same rows in every format, as bytes by the format's name. */
export function encodeRows(rows: readonly EmbeddingRow[]): Record<"jsonl" | "csv" | "parquet", Uint8Array> {
  const jsonl = rows.map((row) => JSON.stringify(row)).join("\n");
  const csv = rows.map((row) => `${row.id},"${JSON.stringify(row.embedding)}",${row.inputTokens}`).join("\n");
  const parquet = parquetWriteBuffer({
    columnData: [
      { name: "id", data: rows.map(({ id }) => id) },
      { name: "embedding", data: rows.map(({ embedding }) => embedding) },
      { name: "inputTokens", data: rows.map((row) => row.inputTokens) },
    ],
    schema: [
      { name: "root", num_children: 3 },
      { name: "id", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
      { name: "embedding", repetition_type: "OPTIONAL", num_children: 1, converted_type: "LIST" },
      { name: "list", repetition_type: "REPEATED", num_children: 1 },
      { name: "element", type: "FLOAT", repetition_type: "OPTIONAL" },
      { name: "inputTokens", type: "INT32", repetition_type: "REQUIRED" },
    ],
    rowGroupSize: 5000,
  });
  return {
    jsonl: Buffer.from(`${jsonl}\n`),
    csv: Buffer.from(`id,embedding,inputTokens\n${csv}\n`),
    parquet: new Uint8Array(parquet),
  };
}
