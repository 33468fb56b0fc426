import { readFile } from "node:fs/promises";
import { type Artifact, ArtifactError, jsBackend, type Manifest, OneheadError, parseArtifact } from "@onehead/core";
import { wasmBackend } from "@onehead/core/wasm";
import { hasControl } from "../output/printable.js";
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
  return (await readArtifactFile(path)).artifact;
}

/** As {@link readArtifact}, with the bytes of the file. */
export async function readArtifactFile(path: string): Promise<{ artifact: Artifact; bytes: Uint8Array }> {
  const bytes = await readInput(path);
  try {
    const artifact = parseArtifact(bytes, { backend: wasmBackend() ?? jsBackend });
    assertPrintable(artifact.manifest);
    return { artifact, bytes };
  } catch (cause) {
    if (!OneheadError.isInstance(cause)) throw cause;
    throw new OneheadError(cause.code, `${path}: ${cause.message}`, { cause });
  }
}

/** What commands print of a manifest: names. Anchors are printed by `explain` alone, which escapes them. */
function assertPrintable({ name, candidates, training }: Manifest): void {
  const check = (field: string, text: string | undefined): void => {
    if (text !== undefined && hasControl(text))
      throw new ArtifactError(field, "has a control character, expected none");
  };
  check("manifest.name", name);
  candidates.forEach(({ id, aliases, prices }, n) => {
    const field = `manifest.candidates[${n}]`;
    check(`${field}.id`, id);
    for (const alias of aliases ?? []) check(`${field}.aliases`, alias);
    check(`${field}.prices.source`, prices?.source);
    check(`${field}.prices.asOf`, prices?.asOf);
  });
  for (const source of training.sources ?? []) {
    check("manifest.training.sources", source.name);
    check("manifest.training.sources", source.licence);
  }
}
