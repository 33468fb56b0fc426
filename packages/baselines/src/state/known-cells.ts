import type { Tensor } from "@onehead/core";

/**
 * A (rows, columns) matrix with unknown cells as finite tensors: `name` with 0 for NaN, and where there is any NaN, `name.known`
 * with one bit a cell, lowest first.
 */
export function cellTensors(name: string, cells: Float32Array, rows: number, columns: number): Record<string, Tensor> {
  const shape = [rows, columns];
  if (!cells.some(Number.isNaN)) return { [name]: { shape, data: cells } };
  const known = new Uint32Array(Math.ceil(cells.length / 32));
  const data = new Float32Array(cells.length);
  for (let i = 0; i < cells.length; i++) {
    if (Number.isNaN(cells[i])) continue;
    data[i] = cells[i];
    known[i >>> 5] |= 1 << (i & 31);
  }
  return { [name]: { shape, data }, [`${name}.known`]: { shape: [known.length], data: known } };
}

/** The matrix again, NaN where a bit is not set. */
export function cellsOf(data: Float32Array, known: Uint32Array | undefined): Float32Array {
  if (known === undefined) return data;
  return data.map((value, i) => ((known[i >>> 5] >>> (i & 31)) & 1 ? value : Number.NaN));
}
