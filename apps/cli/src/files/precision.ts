import { type Artifact, OneheadError, type Precision, parseArtifact, serializeArtifact } from "@onehead/core";
import { roundEmbedderToInt8 } from "@onehead/embed";

export const precisionArg = { type: "string", description: "float32, float16 or int8", default: "float32" } as const;

/** @throws OneheadError "invalid-argument" naming the command */
export function parsePrecision(command: string, text: string): Precision {
  if (text === "float32" || text === "float16" || text === "int8") return text;
  throw new OneheadError("invalid-argument", `${command}: precision: ${text}, expected float32, float16 or int8`);
}

/** The artifact with an embedder that a file of that precision gives back bit for bit: another one, where that is int8. */
export function withEmbedderFor(artifact: Artifact, precision: Precision): Artifact {
  return precision === "int8" ? roundEmbedderToInt8(artifact) : artifact;
}

/** The artifact as a file of that precision gives it back. */
export function asStored(artifact: Artifact, precision: Precision): Artifact {
  return parseArtifact(serializeArtifact(withEmbedderFor(artifact, precision), { precision }));
}
