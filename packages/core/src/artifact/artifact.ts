import { hashBytes, hashEnd } from "../hash/hash-string.js";
import { type Backend, jsBackend } from "../kernels/backend.js";
import { ArtifactError } from "./artifact-error.js";
import { halvesOf } from "./float16.js";
import { keepsInt8, scaleNameOf } from "./int8.js";
import type { Manifest } from "./manifest.js";
import { type FloatType, headerStart, parseSafetensors, writeSafetensors } from "./safetensors.js";
import { findNonFinite, type Tensor, type TensorMap } from "./tensor.js";
import { embedderPrefix, expectedTensors, externalPrefix, promptHashesName } from "./tensor-layout.js";
import { canonicalJson, validateManifest } from "./validate-manifest.js";

/** A trained router: what the manifest says, and the arrays that it speaks of. */
export interface Artifact {
  manifest: Manifest;
  tensors: TensorMap;
}

/** How the weights of an artifact are stored. */
export type Precision = "float32" | "float16" | "int8";

export interface SerializeOptions {
  /**
   * "float16" halves the weights. "int8" quarters those that meet an embedding (matrices as wide as it is), a scale a row; all
   * others are float16. Default "float32".
   *
   * An embedder's own tables are never changed, for then it would be another embedder: they take the narrowest of these
   * types, down to the one asked for, that gives back every bit. `roundEmbedderToInt8` of `@onehead/embed` makes them fit int8.
   */
  precision?: Precision | undefined;
}

export interface ParseOptions {
  /** Kernels that check the file and widen its tensors: those of WebAssembly in a third of the time that `jsBackend` takes, the default. */
  backend?: Backend | undefined;
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
  if (precision !== "float32" && precision !== "float16" && precision !== "int8") {
    throw new ArtifactError("precision", `${String(precision)}, expected float32, float16 or int8`);
  }
  const manifest = validateManifest(JSON.parse(canonicalJson(artifact.manifest)));
  assertTensors(manifest, artifact.tensors, jsBackend);
  const types = new Map<string, FloatType>();
  for (const name of artifact.tensors.keys()) types.set(name, storedType(name, artifact.tensors, manifest, precision));
  // hashed with a placeholder where the checksum will stand; both are 8 characters, so nothing moves
  const metadata = { format, checksum: noChecksum, manifest: canonicalJson(manifest) };
  const typeOf = (name: string): FloatType => types.get(name) as FloatType;
  const unsigned = writeSafetensors(metadata, artifact.tensors, typeOf);
  return writeSafetensors({ ...metadata, checksum: digitsOf(hashBytes(unsigned)) }, artifact.tensors, typeOf);
}

/**
 * Reads an artifact and checks all of it: structure, checksum over every byte, manifest, names, shapes, finiteness.
 *
 * @param file must not change afterwards: the tensors are views of it
 * @throws ArtifactError naming the field, for a damaged, truncated or foreign file
 */
export function parseArtifact(file: Uint8Array | ArrayBuffer, options: ParseOptions = {}): Artifact {
  const backend = options.backend ?? jsBackend;
  const bytes = file instanceof ArrayBuffer ? new Uint8Array(file) : file;
  if (!(bytes instanceof Uint8Array)) throw new ArtifactError("bytes", `${typeof file}, expected a Uint8Array`);
  const { metadata, tensors, header } = parseSafetensors(bytes, backend);
  if (metadata["format"] !== format) {
    throw new ArtifactError("format", `${metadata["format"] ?? "missing"}, expected ${format}`);
  }
  assertChecksum(bytes, header, metadata["checksum"], backend);
  let manifestJson: unknown;
  try {
    manifestJson = JSON.parse(metadata["manifest"] ?? "");
  } catch (cause) {
    throw new ArtifactError("manifest", "not JSON", { cause });
  }
  const manifest = validateManifest(manifestJson);
  assertTensors(manifest, tensors, backend);
  return { manifest, tensors };
}

/** Hash of the whole file with the checksum's own digits as zeros. */
function assertChecksum(bytes: Uint8Array, header: string, checksum: string | undefined, backend: Backend): void {
  const at = header.indexOf(`"checksum":"${checksum}"`);
  // everything before the checksum is ASCII (our writer puts it first), so characters count as bytes
  const start = headerStart + at + '"checksum":"'.length;
  if (checksum === undefined || checksum.length !== noChecksum.length || at < 0) {
    throw new ArtifactError("checksum", `${checksum ?? "missing"}, expected 8 hexadecimal digits`);
  }
  // a copy of the blocks up to the digits, whatever the kind of the caller's array: Buffer.slice would be a view
  const end = start + noChecksum.length;
  const unsigned = new Uint8Array(bytes.subarray(0, Math.ceil(end / 4) * 4)).fill(0x30, start, end);
  const blocksHash = backend.hashBlocks(bytes.subarray(unsigned.length), backend.hashBlocks(unsigned, 0));
  const found = digitsOf(hashEnd(blocksHash, bytes.length, bytes));
  if (found !== checksum) throw new ArtifactError("checksum", `${found}, expected ${checksum}: the file is damaged`);
}

function digitsOf(hash: number): string {
  return hash.toString(16).padStart(8, "0");
}

/** What {@link SerializeOptions.precision} makes of one float tensor. */
function storedType(name: string, tensors: TensorMap, manifest: Manifest, precision: Precision): FloatType {
  if (precision === "float32") return "F32";
  const tensor = tensors.get(name) as Tensor;
  const { shape } = tensor;
  // a tensor by the name of the scales keeps its own
  const isMatrix = shape.length === 2 && !tensors.has(scaleNameOf(name));
  if (!name.startsWith(embedderPrefix)) {
    return precision === "int8" && isMatrix && shape[1] === manifest.embedder.dimensions ? "I8" : "F16";
  }
  const fits = isMatrix && keepsInt8(name, tensor);
  if (precision === "int8" && fits) return "I8";
  if (tensor.halves !== undefined || halvesOf(tensor.data as Float32Array) !== null) return "F16";
  return fits ? "I8" : "F32";
}

function assertTensors(manifest: Manifest, tensors: TensorMap, backend: Backend): void {
  const expected = new Map(expectedTensors(manifest).map(({ name, shape }) => [name, shape]));
  for (const [name, shape] of expected) {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new ArtifactError(name, "missing");
    if (tensor.halves === undefined && !(tensor.data instanceof Float32Array))
      throw new ArtifactError(`${name}.dtype`, "U32, expected F32, F16 or I8");
    if (tensor.shape.join() !== shape.join()) {
      throw new ArtifactError(`${name}.shape`, `(${tensor.shape.join(", ")}), expected (${shape.join(", ")})`);
    }
  }
  const openPrefixes = [
    promptHashesName,
    embedderPrefix,
    ...(manifest.model.form === "external" ? [externalPrefix] : []),
  ];
  for (const [name, tensor] of tensors) {
    const { shape } = tensor;
    if (!expected.has(name) && !openPrefixes.some((prefix) => name.startsWith(prefix))) {
      throw new ArtifactError(name, "not a tensor of this form of model");
    }
    const { length } = tensor.halves ?? tensor.data;
    if (shape.reduce((product, side) => product * side, 1) !== length) {
      throw new ArtifactError(`${name}.shape`, `(${shape.join(", ")}) for ${length} values`);
    }
    const bad = findNonFinite(tensor, backend);
    if (bad >= 0) throw new ArtifactError(`${name}[${bad}]`, `${tensor.data[bad]}, expected a finite number`);
  }
  const hashes = tensors.get(promptHashesName);
  if (hashes !== undefined && !(hashes.data instanceof Uint32Array)) {
    throw new ArtifactError(`${promptHashesName}.dtype`, "a float type, expected U32");
  }
}
