import { randomBytes } from "node:crypto";
import { open, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { OneheadError } from "@onehead/core";

/**
 * Writes a file whole or not at all: into a neighbour, flushed, then renamed over the old one. A link stays a link: the
 * file that it names is replaced. A device or a pipe (`/dev/stdout`) is written to, since there is no old file to keep.
 *
 * @throws OneheadError "io" naming the path when it cannot be written; the old file is then as it was
 */
export async function writeFileAtomically(path: string, data: string | Uint8Array): Promise<void> {
  try {
    const existing = await stat(path).catch(() => null);
    if (existing === null) await replaceFile(path, data);
    else if (existing.isFile()) await replaceFile(await realpath(path), data);
    else await writeFile(path, data);
  } catch (cause) {
    throw new OneheadError("io", `writeFileAtomically: cannot write ${path}: ${codeOf(cause)}`, { cause });
  }
}

async function replaceFile(path: string, data: string | Uint8Array): Promise<void> {
  const part = `${path}.${randomBytes(4).toString("hex")}.part`;
  try {
    const file = await open(part, "wx");
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
