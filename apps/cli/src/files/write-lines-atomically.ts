import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { open, realpath, rename, rm, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { OneheadError } from "@onehead/core";
import { codeOf } from "./write-atomically.js";

/**
 * Writes a file of lines, however long, whole or not at all, as {@link writeFileAtomically} does; nobody else may read a new one.
 *
 * @param lines with their line breaks; what they throw is thrown on
 * @throws OneheadError "io" naming the path when it cannot be written; the old file is then as it was
 */
export async function writeLinesAtomically(path: string, lines: AsyncIterable<string>): Promise<void> {
  const existing = await stat(path).catch(() => null);
  const target = existing?.isFile() ? await realpath(path) : path;
  const direct = existing !== null && !existing.isFile();
  const part = direct ? path : `${target}.${randomBytes(4).toString("hex")}.part`;
  try {
    await pipeline(Readable.from(lines), createWriteStream(part, { flags: direct ? "w" : "wx", mode: 0o600 }));
    if (direct) return;
    const file = await open(part, "r+");
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, target);
  } catch (cause) {
    if (!direct) await rm(part, { force: true }).catch(() => {});
    if (OneheadError.isInstance(cause)) throw cause;
    throw new OneheadError("io", `cannot write ${path}: ${codeOf(cause)}, expected a path that can be written`, {
      cause,
    });
  }
}

/** Writes lines to standard output no faster than they are read there. */
export async function writeLinesToStdout(lines: AsyncIterable<string>): Promise<void> {
  await pipeline(Readable.from(lines), process.stdout, { end: false });
}
