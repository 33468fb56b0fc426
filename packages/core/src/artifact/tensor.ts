import { hashBytes } from "../hash/hash-string.js";
import { type Backend, jsBackend } from "../kernels/backend.js";
import { halvesOf } from "./float16.js";

/** A named array of an artifact, row-major. */
export interface Tensor {
  shape: readonly number[];
  readonly data: Float32Array | Uint32Array;
  /** Half-precision bits of which `data` will be made when it is first asked for. */
  readonly halves?: Uint16Array | undefined;
}

export type TensorMap = ReadonlyMap<string, Tensor>;

/** @param halves which start at a multiple of 4 bytes, and must not change afterwards */
export function halfTensor(shape: readonly number[], halves: Uint16Array, backend: Backend): Tensor {
  let data: Float32Array | undefined;
  const tensor = {
    shape,
    get data(): Float32Array {
      data ??= backend.fromFloat16(halves);
      return data;
    },
  };
  // to whoever copies or compares it, a tensor like all others; data that was asked for may have been changed
  return Object.defineProperty(tensor, "halves", { get: () => (data === undefined ? halves : undefined) });
}

/** Place of the first NaN or infinity of a tensor, −1 where all is finite. */
export function findNonFinite(tensor: Pick<Tensor, "data" | "halves">, backend: Backend = jsBackend): number {
  const { halves } = tensor;
  if (halves !== undefined) return backend.findNonFiniteHalf(halves);
  const { data } = tensor;
  if (data instanceof Uint32Array) return -1;
  // at full speed also in a program that just started, as a loop of our own is not
  const finite = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].every(
    (value) => !data.includes(value),
  );
  return finite ? -1 : data.findIndex((value) => !Number.isFinite(value));
}

/**
 * Hash of a tensor's values, whatever precision they are stored with: {@link hashBytes} of their half-precision bits where all have such,
 * else of `data`.
 */
export function hashTensor(tensor: Tensor, seed: number, backend: Backend = jsBackend): number {
  const { buffer, byteOffset, byteLength } = tensor.halves ?? halvesOrAll(tensor.data);
  return hashBytes(new Uint8Array(buffer, byteOffset, byteLength), seed, backend);
}

function halvesOrAll(data: Tensor["data"]): Tensor["data"] | Uint16Array {
  return (data instanceof Float32Array ? halvesOf(data) : null) ?? data;
}
