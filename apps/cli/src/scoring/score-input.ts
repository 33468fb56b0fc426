import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { type FileHandle, mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { OneheadError } from "@onehead/core";
import { openRowBlocks, type RowBlockOptions, type RowBlocks } from "@onehead/data";
import { codeOf } from "../files/write-atomically.js";
import type { RunIdentity } from "./journal.js";
import type { ScoreFiles } from "./scoring-args.js";

/** So much of an input tells it from another one. */
const headBytes = 64 * 1024;

/** Rows, and what tells their input from another one. */
export interface ScoreInput {
  rows: RowBlocks;
  /** Null where nobody will ask for it. */
  identity: RunIdentity | null;
  /** Of text that is not packed: how far along a position is. */
  sizeBytes: number | null;
  close(): Promise<void>;
}

/**
 * Opens the rows of a file, or of standard input: Parquet from there goes through a temporary file first, since it is read from its end.
 *
 * @param resumable whether the output can be gone on with
 */
export async function openScoreInput(
  { input, inputFormat: format, columns }: ScoreFiles,
  options: RowBlockOptions,
  resumable: boolean,
): Promise<ScoreInput> {
  const given = { ...options, format, columns };
  if (input !== undefined) {
    const rows = await openRowBlocks(input, given);
    const { size, mtimeMs } = await statOf(input);
    const identity = resumable ? { size, mtimeMs, head: await headOfFile(input) } : null;
    return { rows, identity, sizeBytes: /\.gz$/i.test(input) ? null : size, close: () => rows.close() };
  }
  const name = "standard input";
  if (format === "parquet") {
    const spooled = await spool(process.stdin);
    const { size } = await spooled.handle.stat();
    const head = createHash("sha256");
    const { buffer, bytesRead } = await spooled.handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    head.update(buffer.subarray(0, bytesRead));
    try {
      const rows = await openRowBlocks(spooled.handle, { ...given, name });
      const close = async (): Promise<void> => {
        await rows.close();
        await spooled.remove();
      };
      return { rows, identity: { size, head: head.digest("hex") }, sizeBytes: null, close };
    } catch (error) {
      await spooled.remove();
      throw error;
    }
  }
  const { head, stream } = resumable ? await peek(process.stdin) : { head: null, stream: process.stdin };
  const rows = await openRowBlocks(stream, { ...given, name });
  const close = async (): Promise<void> => {
    await rows.close();
    // one that goes on to be written to would keep the process up
    process.stdin.destroy();
  };
  return { rows, identity: head === null ? null : { head }, sizeBytes: null, close };
}

async function headOfFile(path: string): Promise<string> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return createHash("sha256").update(buffer.subarray(0, bytesRead)).digest("hex");
  } finally {
    await handle.close();
  }
}

async function statOf(path: string): Promise<{ size: number; mtimeMs: number }> {
  try {
    return await stat(path);
  } catch (cause) {
    throw new OneheadError("io", `cannot read ${path}: ${codeOf(cause)}`, { cause });
  }
}

/** The first bytes of a stream, hashed, and the whole of it. */
async function peek(source: AsyncIterable<Uint8Array>): Promise<{ head: string; stream: AsyncIterable<Uint8Array> }> {
  const iterator = source[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  let bytes = 0;
  while (bytes < headBytes) {
    const { done, value } = await iterator.next();
    if (done === true) break;
    read.push(value);
    bytes += value.length;
  }
  const head = createHash("sha256").update(Buffer.concat(read).subarray(0, headBytes)).digest("hex");
  async function* whole(): AsyncGenerator<Uint8Array> {
    try {
      yield* read.splice(0);
      for (let step = await iterator.next(); step.done !== true; step = await iterator.next()) yield step.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { head, stream: whole() };
}

/** Puts a stream into a temporary file, which is gone as soon as it is closed, where the system allows that. */
async function spool(stream: NodeJS.ReadStream): Promise<{ handle: FileHandle; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "onehead-score-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const path = join(folder, "input.parquet");
  console.error(`score: Parquet is read from its end: standard input is kept in ${folder} meanwhile`);
  try {
    await pipeline(Readable.from(stream), createWriteStream(path, { mode: 0o600 }));
    const handle = await open(path);
    // an open file can be read without its name, so that nothing is left whatever ends the process
    if (process.platform !== "win32") await remove();
    return { handle, remove };
  } catch (cause) {
    await remove();
    throw new OneheadError("io", `score: cannot keep standard input in ${folder}: ${codeOf(cause)}`, { cause });
  }
}
