import { type Backend, jsBackend } from "../kernels/backend.js";
import type { KernelExports } from "./kernel-exports.js";
import { argumentAddress, mostRows, partBytes, partScratch, scaleScratch, widenedScratch } from "./memory-map.js";
import type { Room } from "./room.js";

type BytesKernels = Pick<Backend, "hashBlocks" | "findNonFiniteHalf" | "fromFloat16" | "fromInt8" | "gatherColumns">;

type Stored = Uint8Array | Uint16Array | Int8Array;

/** What reads an array from anywhere, in a copy: what a program does once, when it starts, and JavaScript is slow then. */
export function bytesKernels(room: Room, kernels: KernelExports): BytesKernels {
  const memory = room.buffer;
  const result = new Int32Array(memory, argumentAddress, 1);
  const argument = new Float32Array(memory, argumentAddress, 1);
  const part = new Uint8Array(memory, partScratch, partBytes);
  const scales = new Float32Array(memory, scaleScratch, mostRows);
  const widened = new Float32Array(memory, widenedScratch, partBytes / 2);

  const inParts = (array: Stored, atOnce: number, run: (count: number, start: number) => void): void => {
    for (let start = 0; start < array.length; start += atOnce) {
      const { buffer, byteOffset, byteLength, length } = array.subarray(start, start + atOnce);
      part.set(new Uint8Array(buffer, byteOffset, byteLength));
      // the last vector is read as a whole
      part.fill(0, byteLength);
      run(length, start);
    }
  };
  const widen = (array: Stored, atOnce: number, run: (count: number, start: number) => void): Float32Array => {
    const out = new Float32Array(array.length);
    inParts(array, atOnce, (count, start) => {
      run(count, start);
      out.set(widened.subarray(0, count), start);
    });
    return out;
  };

  return {
    hashBlocks(bytes, seed) {
      result[0] = seed;
      inParts(bytes, partBytes, (count) => kernels.hashBlocks(count >> 2));
      return result[0];
    },

    findNonFiniteHalf(halves) {
      result[0] = 0;
      inParts(halves, partBytes / 2, (count) => kernels.findNonFiniteHalf(Math.ceil(count / 8)));
      return result[0] === 0 ? -1 : jsBackend.findNonFiniteHalf(halves);
    },

    fromFloat16(halves) {
      return widen(halves, partBytes / 2, (count) => kernels.fromFloat16(Math.ceil(count / 8)));
    },

    fromInt8(cells, scale) {
      const columns = cells.length / scale.length;
      // with room for the whole vector that a row may end in
      const rows = Math.min(mostRows, Math.floor((widened.length - 16) / columns));
      if (!(rows > 0 && Number.isInteger(columns))) return jsBackend.fromInt8(cells, scale);
      return widen(cells, rows * columns, (count, start) => {
        scales.set(scale.subarray(start / columns, (start + count) / columns));
        kernels.fromInt8(count / columns, columns);
      });
    },

    gatherColumns(out, outColumns, outColumn, source, rows, columns, picked, scale) {
      const [read, written] = [rows * columns, rows * outColumns];
      const isWithin =
        source.length >= read &&
        out.length >= written &&
        outColumn + picked.length <= outColumns &&
        picked.every((column) => column >= 0 && column < columns);
      const scratch = isWithin ? room.borrow(read + written + picked.length) : null;
      if (scratch === null) {
        jsBackend.gatherColumns(out, outColumns, outColumn, source, rows, columns, picked, scale);
        return;
      }
      const cells = scratch.subarray(read, read + written);
      scratch.set(source.subarray(0, read));
      cells.set(out.subarray(0, written));
      const offsets = new Int32Array(memory, cells.byteOffset + cells.byteLength, picked.length);
      offsets.set(picked.map((column) => 4 * column));
      argument[0] = scale;
      const to = cells.byteOffset + 4 * outColumn;
      kernels.gatherColumns(
        to,
        4 * outColumns,
        scratch.byteOffset,
        4 * columns,
        rows,
        offsets.byteOffset,
        picked.length,
      );
      out.set(cells);
      scratch.fill(0);
    },
  };
}
