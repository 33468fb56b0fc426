import { findNonFinite, OneheadError, type Tensor } from "@onehead/core";

/** Arrays of an embedder as an artifact stores them. */
export type EmbedderTensors = Record<string, Readonly<Tensor>>;

/** One of floats. */
export type FloatTensor = Readonly<Tensor> & { readonly data: Float32Array };

export function parseCount(field: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > 2 ** 24) {
    fail(field, value, "an integer from 0 to 2^24");
  }
  return value;
}

export function parseWeight(field: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0) fail(field, value, "a finite number from 0");
  return value;
}

/** A float tensor of that shape, all finite. */
export function parseFloats(tensors: EmbedderTensors, name: string, shape: readonly number[]): Float32Array {
  return parseFloatTensor(tensors, name, shape).data;
}

/** {@link parseFloats}, its data still to be made where it is stored as halves. */
export function parseFloatTensor(tensors: EmbedderTensors, name: string, shape: readonly number[]): FloatTensor {
  const tensor = parseShape(tensors, name, shape);
  if (!isFloat(tensor)) fail(name, "integers", "32-bit floats");
  // halves are as they were read: `parseArtifact` found them finite, and the id tells of others
  if (tensor.halves !== undefined) return tensor;
  const bad = findNonFinite(tensor);
  if (bad >= 0) fail(`${name}[${bad}]`, tensor.data[bad], "a finite number");
  return tensor;
}

function isFloat(tensor: Readonly<Tensor>): tensor is FloatTensor {
  return tensor.halves !== undefined || tensor.data instanceof Float32Array;
}

export function parseShape(tensors: EmbedderTensors, name: string, shape: readonly number[]): Readonly<Tensor> {
  const tensor = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
  if (tensor === undefined) fail(name, "nothing", "a tensor");
  const wanted = shape.join(", ");
  if (tensor.shape.join(", ") !== wanted) fail(`${name}.shape`, `(${tensor.shape.join(", ")})`, `(${wanted})`);
  const length = shape.reduce((product, size) => product * size, 1);
  const found = (tensor.halves ?? tensor.data).length;
  if (found !== length) fail(`${name}.data`, `${found} values`, `${length}`);
  return tensor;
}

/** Throws OneheadError `artifact` unless the id that was stored is the one that the tables give. */
export function assertStoredId(where: string, stored: string, computed: string): void {
  if (stored === computed) return;
  const what = `embedder.id does not match the tables: it is ${stored.slice(0, 80)}, expected ${computed}`;
  throw new OneheadError("artifact", `${where}: ${what}`);
}

/** Throws OneheadError `artifact` naming the field. */
export function fail(field: string, observed: unknown, expected: string): never {
  throw new OneheadError(
    "artifact",
    `embedderOf: bad embedder.${field}: ${String(observed).slice(0, 80)}, expected ${expected}`,
  );
}
