import { readFile } from "node:fs/promises";
import { type Artifact, OneheadError, parseArtifact } from "@onehead/core";
import { codeOf } from "./write-atomically.js";

/** Bytes of a file. @throws OneheadError "io" naming the path */
export async function readInput(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new OneheadError("io", `cannot read ${path}: ${codeOf(cause)}`, { cause });
  }
}

/** A router's file. @throws OneheadError "io", or "artifact" naming the path and the field that is wrong */
export async function readArtifact(path: string): Promise<Artifact> {
  const bytes = await readInput(path);
  try {
    return parseArtifact(bytes);
  } catch (cause) {
    if (!OneheadError.isInstance(cause)) throw cause;
    throw new OneheadError(cause.code, `${path}: ${cause.message}`, { cause });
  }
}
