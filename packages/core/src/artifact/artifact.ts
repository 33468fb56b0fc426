import { hashBytes } from "../hash/hash-string.js";
import { ArtifactError } from "./artifact-error.js";
import type { Manifest } from "./manifest.js";
import { parseSafetensors, writeSafetensors } from "./safetensors.js";
import type { TensorMap } from "./tensor.js";
import { embedderPrefix, expectedTensors, externalPrefix, promptHashesName } from "./tensor-layout.js";
import { canonicalJson, validateManifest } from "./validate-manifest.js";

/** A trained router: what the manifest says, and the arrays that it speaks of. */
export interface Artifact {
  manifest: Manifest;
  tensors: TensorMap;
}

export interface SerializeOptions {
  /** How weights are stored: "float16" halves the file. Default "float32". */
  precision?: "float32" | "float16" | undefined;
}

const format = "onehead/1";
const noChecksum = "00000000";

/**
 * Bytes of an artifact: a safetensors file with the manifest and a checksum in its metadata.
 *
 * No time, host or path goes in: equal artifacts give equal bytes.
 *
 * @throws ArtifactError when the manifest or a tensor is not valid
 */
export function serializeArtifact(artifact: Artifact, options: SerializeOptions = {}): Uint8Array<ArrayBuffer> {
  const { precision = "float32" } = options;
  if (typeof artifact?.manifest !== "object" || artifact.manifest === null) {
    throw new ArtifactError("manifest", `${String(artifact?.manifest)}, expected an object`);
  }
  if (!(artifact.tensors instanceof Map)) throw new ArtifactError("tensors", "not a Map, expected one by tensor name");
  if (precision !== "float32" && precision !== "float16") {
    throw new ArtifactError("precision", `${String(precision)}, expected float32 or float16`);
  }
  const manifest = validateManifest(JSON.parse(canonicalJson(artifact.manifest)));
  assertTensors(manifest, artifact.tensors);
  if (precision === "float16") assertFitsFloat16(artifact.tensors);
  const type = precision === "float16" ? "F16" : "F32";
  // hashed with a placeholder where the checksum will stand; both are 8 characters, so nothing moves
  const metadata = { format, checksum: noChecksum, manifest: canonicalJson(manifest) };
  const typeOf = (): "F16" | "F32" => type;
  const unsigned = writeSafetensors(metadata, artifact.tensors, typeOf);
  return writeSafetensors({ ...metadata, checksum: checksumOf(unsigned) }, artifact.tensors, typeOf);
}

/**
 * Reads an artifact and checks all of it: structure, checksum over every byte, manifest, names, shapes, finiteness.
 *
 * @throws ArtifactError naming the field, for a damaged, truncated or foreign file
 */
export function parseArtifact(file: Uint8Array | ArrayBuffer): Artifact {
  const bytes = file instanceof ArrayBuffer ? new Uint8Array(file) : file;
  if (!(bytes instanceof Uint8Array)) throw new ArtifactError("bytes", `${typeof file}, expected a Uint8Array`);
  const { metadata, tensors, header } = parseSafetensors(bytes);
  if (metadata["format"] !== format) {
    throw new ArtifactError("format", `${metadata["format"] ?? "missing"}, expected ${format}`);
  }
  assertChecksum(bytes, header, metadata["checksum"]);
  let manifestJson: unknown;
  try {
    manifestJson = JSON.parse(metadata["manifest"] ?? "");
  } catch (cause) {
    throw new ArtifactError("manifest", "not JSON", { cause });
  }
  const manifest = validateManifest(manifestJson);
  assertTensors(manifest, tensors);
  return { manifest, tensors };
}

/** Hash of the whole file with the checksum's own digits as zeros. */
function assertChecksum(bytes: Uint8Array, header: Uint8Array, checksum: string | undefined): void {
  const text = new TextDecoder().decode(header);
  const marker = `"checksum":"${checksum}"`;
  const at = text.indexOf(marker);
  // everything before the checksum is ASCII (our writer puts it first), so characters count as bytes
  const start = header.byteOffset - bytes.byteOffset + at + '"checksum":"'.length;
  if (checksum === undefined || checksum.length !== noChecksum.length || at < 0) {
    throw new ArtifactError("checksum", `${checksum ?? "missing"}, expected 8 hexadecimal digits`);
  }
  // a copy: Buffer.slice would be a view of the caller's bytes
  const unsigned = new Uint8Array(bytes);
  unsigned.fill(0x30, start, start + noChecksum.length);
  const found = checksumOf(unsigned);
  if (found !== checksum) throw new ArtifactError("checksum", `${found}, expected ${checksum}: the file is damaged`);
}

function checksumOf(bytes: Uint8Array): string {
  return hashBytes(bytes).toString(16).padStart(8, "0");
}

function assertTensors(manifest: Manifest, tensors: TensorMap): void {
  const expected = new Map(expectedTensors(manifest).map(({ name, shape }) => [name, shape]));
  for (const [name, shape] of expected) {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new ArtifactError(name, "missing");
    if (!(tensor.data instanceof Float32Array)) throw new ArtifactError(`${name}.dtype`, "U32, expected F32 or F16");
    if (tensor.shape.join() !== shape.join()) {
      throw new ArtifactError(`${name}.shape`, `(${tensor.shape.join(", ")}), expected (${shape.join(", ")})`);
    }
  }
  const openPrefixes = [
    promptHashesName,
    embedderPrefix,
    ...(manifest.model.form === "external" ? [externalPrefix] : []),
  ];
  for (const [name, { shape, data }] of tensors) {
    if (!expected.has(name) && !openPrefixes.some((prefix) => name.startsWith(prefix))) {
      throw new ArtifactError(name, "not a tensor of this form of model");
    }
    if (shape.reduce((product, side) => product * side, 1) !== data.length) {
      throw new ArtifactError(`${name}.shape`, `(${shape.join(", ")}) for ${data.length} values`);
    }
    assertFinite(name, data);
  }
  const hashes = tensors.get(promptHashesName);
  if (hashes !== undefined && !(hashes.data instanceof Uint32Array)) {
    throw new ArtifactError(`${promptHashesName}.dtype`, "a float type, expected U32");
  }
}

/** A number beyond 65,504 would be written as Infinity, which no reader takes. */
function assertFitsFloat16(tensors: TensorMap): void {
  for (const [name, { data }] of tensors) {
    if (data instanceof Uint32Array) continue;
    for (let i = 0; i < data.length; i++) {
      if (Math.abs(data[i]) >= 65520) throw new ArtifactError(`${name}[${i}]`, `${data[i]}, beyond float16`);
    }
  }
}

function assertFinite(name: string, data: Float32Array | Uint32Array): void {
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) throw new ArtifactError(`${name}[${i}]`, `${data[i]}, expected a finite number`);
  }
}
