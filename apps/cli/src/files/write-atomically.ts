import { randomBytes } from "node:crypto";
import { access, constants, open, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { OneheadError } from "@onehead/core";

/**
 * Writes a file whole or not at all: into a neighbour, flushed, then renamed over the old one. A link stays a link: the
 * file that it names is replaced. A device or a pipe (`/dev/stdout`) is written to, since there is no old file to keep.
 *
 * @param mode who may read it; the usual unless given
 * @throws OneheadError "io" naming the path when it cannot be written; the old file is then as it was
 */
export async function writeFileAtomically(path: string, data: string | Uint8Array, mode?: number): Promise<void> {
  try {
    const existing = await stat(path).catch(() => null);
    if (existing === null) await replaceFile(path, data, mode);
    else if (existing.isFile()) await replaceFile(await realpath(path), data, mode);
    else await writeFile(path, data);
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}

/**
 * Says at once that a path cannot be written where its folder is missing or closed, before the work that is to be
 * written there.
 *
 * @throws OneheadError "io" naming the path
 */
export async function assertWritable(path: string): Promise<void> {
  try {
    const existing = await stat(path).catch(() => null);
    if (existing?.isDirectory()) throw Object.assign(new Error("is a folder"), { code: "EISDIR" });
    const target = existing === null || existing.isFile() ? dirname(path) : path;
    await access(target, constants.W_OK);
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}

function cannotWrite(path: string, cause: unknown): OneheadError {
  return new OneheadError("io", `cannot write ${path}: ${codeOf(cause)}, expected a path that can be written`, {
    cause,
  });
}

async function replaceFile(path: string, data: string | Uint8Array, mode: number | undefined): Promise<void> {
  const part = `${path}.${randomBytes(4).toString("hex")}.part`;
  try {
    const file = await open(part, "wx", mode);
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    throw error;
  }
}

/** The operating system's name for what went wrong: "EACCES", "ENOSPC". */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "failed";
}
