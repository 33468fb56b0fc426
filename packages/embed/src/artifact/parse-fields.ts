import { OneheadError } from "@onehead/core";

/** Arrays of an embedder as an artifact stores them. */
export type EmbedderTensors = Record<
  string,
  { readonly shape: readonly number[]; readonly data: Float32Array | Uint32Array }
>;

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
  const data = parseShape(tensors, name, shape);
  if (!(data instanceof Float32Array)) fail(name, "integers", "32-bit floats");
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) fail(`${name}[${i}]`, data[i], "a finite number");
  }
  return data;
}

export function parseShape(
  tensors: EmbedderTensors,
  name: string,
  shape: readonly number[],
): Float32Array | Uint32Array {
  const tensor = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
  if (tensor === undefined) fail(name, "nothing", "a tensor");
  const wanted = shape.join(", ");
  if (tensor.shape.join(", ") !== wanted) fail(`${name}.shape`, `(${tensor.shape.join(", ")})`, `(${wanted})`);
  const length = shape.reduce((product, size) => product * size, 1);
  if (tensor.data.length !== length) fail(`${name}.data`, `${tensor.data.length} values`, `${length}`);
  return tensor.data;
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
