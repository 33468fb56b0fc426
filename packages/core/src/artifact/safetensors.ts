import { type Backend, jsBackend } from "../kernels/backend.js";
import { ArtifactError } from "./artifact-error.js";
import { toFloat16Bits } from "./float16.js";
import { readInt8, scaleNameOf, toInt8 } from "./int8.js";
import { halfTensor, type Tensor, type TensorMap } from "./tensor.js";

/** How a float tensor can be stored; "I8" takes a matrix, and a half-precision `<name>.scale` for each of its rows beside it. */
export type FloatType = "F32" | "F16" | "I8";
type StoredType = FloatType | "U32";

const bytesPerElement: Readonly<Record<StoredType, number>> = { F32: 4, U32: 4, F16: 2, I8: 1 };
/** Bytes of its length, which stands before the header. */
export const headerStart = 8;

interface StoredTensor {
  name: string;
  shape: readonly number[];
  data: Tensor["data"] | Int8Array;
  dtype: StoredType;
}

/** Contents of a safetensors file; `data` is a view on its bytes. */
export interface Safetensors {
  metadata: Record<string, string>;
  tensors: Map<string, Tensor>;
  /** Its JSON. */
  header: string;
  data: Uint8Array;
}

interface TensorEntry {
  dtype: StoredType;
  shape: number[];
  data_offsets: [number, number];
}

/**
 * Bytes of a safetensors file: 8-byte little-endian header length, JSON header padded with spaces to a multiple of 8,
 * then the tensors without gaps, the 4-byte types first so that everything is aligned, by name within a width.
 *
 * The same input gives the same bytes.
 *
 * @param typeOf how a float tensor is stored; unsigned integers are always U32. Default float32
 * @throws ArtifactError naming a number that is beyond the type that is to store it, or what cannot be I8
 * Source: huggingface/safetensors, format description
 */
export function writeSafetensors(
  metadata: Readonly<Record<string, string>>,
  tensors: TensorMap,
  typeOf: (name: string) => FloatType = () => "F32",
): Uint8Array<ArrayBuffer> {
  const stored = [...tensors].flatMap(([name, tensor]): StoredTensor[] => {
    const dtype = tensor.data instanceof Uint32Array ? "U32" : typeOf(name);
    const { shape, data } = tensor;
    if (dtype !== "I8") return [{ name, shape, data, dtype }];
    const { cells, scale } = toInt8(name, tensor);
    const scaleName = scaleNameOf(name);
    if (tensors.has(scaleName)) throw new ArtifactError(scaleName, `a tensor beside ${name}, which is to be I8`);
    return [
      { name, shape, data: cells, dtype },
      { name: scaleName, shape: [scale.length], data: scale, dtype: "F16" },
    ];
  });
  stored.sort((a, b) => bytesPerElement[b.dtype] - bytesPerElement[a.dtype] || compareNames(a.name, b.name));

  let offset = 0;
  const entries: Array<[string, unknown]> = [["__metadata__", metadata]];
  for (const { name, shape, data, dtype } of stored) {
    const end = offset + data.length * bytesPerElement[dtype];
    entries.push([name, { dtype, shape, data_offsets: [offset, end] }]);
    offset = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(headerStart + headerLength + offset);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, headerLength, true);
  bytes.set(json, headerStart);
  bytes.fill(0x20, headerStart + json.length, headerStart + headerLength);
  let at = headerStart + headerLength;
  for (const tensor of stored) at = writeTensor(view, at, tensor);
  return bytes;
}

/**
 * Reads a safetensors file whose tensors are F32, F16 or I8 with scales (both widened to float32) or U32.
 * The tensors are views on `bytes`, which must not change afterwards.
 *
 * @param backend kernels that widen them, when somebody asks for float32
 * @throws ArtifactError naming the part that is damaged, truncated or of another type
 */
export function parseSafetensors(bytes: Uint8Array, backend: Backend = jsBackend): Safetensors {
  if (bytes.length < headerStart)
    throw new ArtifactError("header length", `${bytes.length} bytes, expected at least 8`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = view.getUint32(0, true) + view.getUint32(4, true) * 0x1_0000_0000;
  const dataStart = headerStart + headerLength;
  if (dataStart > bytes.length) {
    throw new ArtifactError("header length", `${headerLength}, expected at most ${bytes.length - headerStart}`);
  }
  const data = bytes.subarray(dataStart);
  const { header, metadata, entries } = parseHeader(bytes.subarray(headerStart, dataStart));

  // offsets must tile the data exactly, in some order
  const byOffset = [...entries].sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0]);
  let expected = 0;
  for (const [name, { data_offsets, shape, dtype }] of byOffset) {
    const [start, end] = data_offsets;
    const size = shape.reduce((product, side) => product * side, 1) * bytesPerElement[dtype];
    if (start !== expected || end - start !== size) {
      throw new ArtifactError(`${name}.data_offsets`, `[${start}, ${end}], expected [${expected}, ${expected + size}]`);
    }
    expected = end;
  }
  if (expected !== data.length) throw new ArtifactError("data", `${data.length} bytes, expected ${expected}`);

  const tensors = new Map<string, Tensor>();
  const scaled = new Map<string, Int8Array>();
  for (const [name, { data_offsets, shape, dtype }] of entries) {
    const stored = data.subarray(...data_offsets);
    if (dtype === "I8") scaled.set(name, new Int8Array(stored.buffer, stored.byteOffset, stored.length));
    else tensors.set(name, readTensor(shape, stored, dtype, backend));
  }
  for (const [name, cells] of scaled) {
    const { shape } = entries.get(name) as TensorEntry;
    tensors.set(name, readInt8(name, shape, cells, tensors.get(scaleNameOf(name)), backend));
  }
  for (const name of scaled.keys()) tensors.delete(scaleNameOf(name));
  return { metadata, tensors, header, data };
}

interface Header {
  readonly header: string;
  readonly metadata: Record<string, string>;
  readonly entries: Map<string, TensorEntry>;
}

function parseHeader(bytes: Uint8Array): Header {
  let header: string;
  let parsed: unknown;
  try {
    header = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    parsed = JSON.parse(header);
  } catch (cause) {
    throw new ArtifactError("header", "not UTF-8 JSON", { cause });
  }
  if (!isRecord(parsed)) throw new ArtifactError("header", "not a JSON object");
  const metadata: Record<string, string> = {};
  const entries = new Map<string, TensorEntry>();
  for (const [name, value] of Object.entries(parsed)) {
    if (name !== "__metadata__") {
      entries.set(name, parseEntry(name, value));
      continue;
    }
    if (!isRecord(value)) throw new ArtifactError("__metadata__", "not an object of strings");
    for (const [key, text] of Object.entries(value)) {
      if (typeof text !== "string") throw new ArtifactError(`__metadata__.${key}`, "not a string");
      Object.defineProperty(metadata, key, { value: text, enumerable: true });
    }
  }
  return { header, metadata, entries };
}

function parseEntry(name: string, value: unknown): TensorEntry {
  if (!isRecord(value) || Object.keys(value).length !== 3) {
    throw new ArtifactError(name, "not a tensor, expected {dtype, shape, data_offsets}");
  }
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== "string" || !Object.hasOwn(bytesPerElement, dtype)) {
    throw new ArtifactError(`${name}.dtype`, `${String(dtype)}, expected F32, F16, I8 or U32`);
  }
  if (!Array.isArray(shape) || !shape.every(isSize)) {
    throw new ArtifactError(`${name}.shape`, "not a list of whole numbers");
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) {
    throw new ArtifactError(`${name}.data_offsets`, "not two whole numbers");
  }
  return { dtype: dtype as StoredType, shape, data_offsets: [offsets[0], offsets[1]] };
}

/** A view where the bytes are aligned; every runtime is little-endian. */
function readTensor(
  shape: readonly number[],
  stored: Uint8Array,
  dtype: Exclude<StoredType, "I8">,
  backend: Backend,
): Tensor {
  const { buffer, byteOffset, byteLength } = stored.byteOffset % 4 === 0 ? stored : new Uint8Array(stored);
  const length = byteLength / bytesPerElement[dtype];
  if (dtype === "F16") return halfTensor(shape, new Uint16Array(buffer, byteOffset, length), backend);
  if (dtype === "U32") return { shape, data: new Uint32Array(buffer, byteOffset, length) };
  return { shape, data: new Float32Array(buffer, byteOffset, length) };
}

function writeTensor(view: DataView, start: number, { name, data, dtype }: StoredTensor): number {
  const size = bytesPerElement[dtype];
  for (let i = 0; i < data.length; i++) {
    const at = start + i * size;
    if (dtype === "F32") view.setFloat32(at, data[i], true);
    else if (dtype === "U32") view.setUint32(at, data[i], true);
    else if (dtype === "I8") view.setInt8(at, data[i]);
    else {
      const half = toFloat16Bits(data[i]);
      // Infinity, which no reader of an artifact takes
      if ((half & 0x7fff) === 0x7c00) throw new ArtifactError(`${name}[${i}]`, `${data[i]}, beyond float16`);
      view.setUint16(at, half, true);
    }
  }
  return start + data.length * size;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** By code units: the same order on every runtime and in every locale. */
function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
