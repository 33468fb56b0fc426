import type { Backend } from "../kernels/backend.js";
import { ArtifactError } from "./artifact-error.js";
import { fromFloat16Bits, toFloat16Bits } from "./float16.js";
import type { Tensor } from "./tensor.js";

/** Name of the tensor that holds the scales of an int8 one. */
export function scaleNameOf(name: string): string {
  return `${name}.scale`;
}

/**
 * A matrix as int8: value = cell · scale / 128, one half-precision scale a row, cells from −127 to 127.
 *
 * The product is exact in float32, so that every runtime reads the same values; and the largest cell of a row is always 127,
 * so that what was read is written as the same cells and scales again.
 *
 * @returns cells (R, C); scale (R), Infinity for a row beyond half precision
 * @throws ArtifactError for what is no matrix
 */
export function toInt8(name: string, { shape, data }: Tensor): { cells: Int8Array; scale: Float32Array } {
  const [R, C] = sidesOf(name, shape);
  const cells = new Int8Array(data.length);
  const scale = new Float32Array(R);
  for (let r = 0; r < R; r++) {
    let largest = 0;
    for (let i = r * C; i < (r + 1) * C; i++) largest = Math.max(largest, Math.abs(data[i]));
    const s = floorFloat16((largest * 128) / 127);
    scale[r] = s;
    // a row below the least half-precision number is all zeros
    if (s === 0) continue;
    for (let i = r * C; i < (r + 1) * C; i++) {
      cells[i] = Math.max(-127, Math.min(127, Math.round((data[i] * 128) / s)));
    }
  }
  return { cells, scale };
}

/** Whether int8 gives back every bit of a matrix. */
export function keepsInt8(name: string, tensor: Tensor): boolean {
  const { cells, scale } = toInt8(name, tensor);
  const C = tensor.shape[1];
  return cells.every((cell, i) => Object.is((cell * scale[Math.floor(i / C)]) / 128, tensor.data[i]));
}

/**
 * The matrix that int8 cells and their scales stand for.
 *
 * @throws ArtifactError naming what is no matrix, a scale of another shape or type, or one that is negative or not finite
 */
export function readInt8(
  name: string,
  shape: readonly number[],
  cells: Int8Array,
  scale: Tensor | undefined,
  backend: Backend,
): Tensor {
  const [R] = sidesOf(name, shape);
  const scaleName = scaleNameOf(name);
  if (scale === undefined) throw new ArtifactError(scaleName, "missing");
  const { data: scales } = scale;
  if (scales instanceof Uint32Array) throw new ArtifactError(`${scaleName}.dtype`, "U32, expected F16 or F32");
  if (scale.shape.join() !== `${R}`) {
    throw new ArtifactError(`${scaleName}.shape`, `(${scale.shape.join(", ")}), expected (${R})`);
  }
  const lowest = cells.indexOf(-128);
  if (lowest >= 0) throw new ArtifactError(`${name}[${lowest}]`, "-128, expected -127 to 127");
  const wrong = scales.findIndex((s) => !(s >= 0 && s < Number.POSITIVE_INFINITY));
  if (wrong >= 0) {
    throw new ArtifactError(`${scaleName}[${wrong}]`, `${scales[wrong]}, expected a finite number from 0`);
  }
  return { shape, data: backend.fromInt8(cells, scales) };
}

/**
 * Numbers of int8 cells: value = cell · scale / 128, exact where scales are half precision.
 *
 * @param cells (R, C)
 * @param scale (R)
 */
export function fromInt8(cells: Int8Array, scale: Float32Array): Float32Array {
  const out = new Float32Array(cells);
  const C = cells.length / scale.length;
  for (let r = 0; r < scale.length; r++) {
    const step = scale[r] / 128;
    for (let i = r * C, end = i + C; i < end; i++) out[i] *= step;
  }
  return out;
}

function sidesOf(name: string, shape: readonly number[]): readonly number[] {
  if (shape.length === 2) return shape;
  throw new ArtifactError(`${name}.shape`, `(${shape.join(", ")}), expected (rows, columns) of an I8 tensor`);
}

/** The largest half-precision number up to a positive one; Infinity beyond its range. */
function floorFloat16(value: number): number {
  const half = toFloat16Bits(value);
  const near = fromFloat16Bits(half);
  return near > value && near < Number.POSITIVE_INFINITY ? fromFloat16Bits(half - 1) : near;
}
