import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Artifact, OneheadError } from "@onehead/core";
import { readArtifactFile } from "./read-input.js";

/** The artifact that ships with the CLI, or the one that the user names. */
export async function readArtifactOrDefault(path: string | undefined): Promise<Artifact> {
  return (await readArtifactFile(artifactPath(path))).artifact;
}

/** Where that artifact is. @throws OneheadError "io" where none is named and none ships */
export function artifactPath(path: string | undefined): string {
  if (path !== undefined) return path;
  // next to dist/, in the package as in the repository
  const shipped = fileURLToPath(new URL("../artifacts/default.onehead", import.meta.url));
  if (!existsSync(shipped)) {
    throw new OneheadError("io", "the default artifact is not installed: name one with --artifact");
  }
  return shipped;
}
