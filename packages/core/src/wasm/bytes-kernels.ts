import { type Backend, jsBackend } from "../kernels/backend.js";
import type { KernelExports } from "./kernel-exports.js";
import { argumentAddress, mostRows, partBytes, partScratch, scaleScratch, widenedScratch } from "./memory-map.js";
import type { Room } from "./room.js";

type BytesKernels = Pick<Backend, "hashBlocks" | "findNonFiniteHalf" | "fromFloat16" | "fromInt8" | "gatherColumns">;

/** What reads an array from anywhere, in a copy: what a program does once, when it starts, and JavaScript is slow then. */
export function bytesKernels(room: Room, kernels: KernelExports): BytesKernels {
  const memory = room.buffer;
  const result = new Int32Array(memory, argumentAddress, 1);
  const part = new Uint8Array(memory, partScratch, partBytes);
  const argument = new Float32Array(memory, argumentAddress, 1);
  const signed = new Int8Array(memory, partScratch);
  const scales = new Float32Array(memory, scaleScratch, mostRows);
  const widened = new Float32Array(memory, widenedScratch, partBytes / 2);

  const inParts = (array: Uint8Array | Uint16Array, run: (bytes: number, start: number) => void): void => {
    for (let start = 0; start < array.byteLength; start += partBytes) {
      const bytes = Math.min(partBytes, array.byteLength - start);
      part.set(new Uint8Array(array.buffer, array.byteOffset + start, bytes));
      // the last vector is read as a whole
      part.fill(0, bytes);
      run(bytes, start);
    }
  };

  return {
    hashBlocks(bytes, seed) {
      result[0] = seed;
      inParts(bytes, (length) => kernels.hashBlocks(length >> 2));
      return result[0];
    },

    findNonFiniteHalf(halves) {
      result[0] = 0;
      inParts(halves, (bytes) => kernels.findNonFiniteHalf(Math.ceil(bytes / 16)));
      return result[0] === 0 ? -1 : jsBackend.findNonFiniteHalf(halves);
    },

    fromFloat16(halves) {
      const out = new Float32Array(halves.length);
      inParts(halves, (bytes, start) => {
        kernels.fromFloat16(Math.ceil(bytes / 16));
        out.set(widened.subarray(0, bytes / 2), start / 2);
      });
      return out;
    },

    fromInt8(cells, scale) {
      const columns = cells.length / scale.length;
      // with room for the whole vector that a row may end in
      const most = Math.min(mostRows, Math.floor((widened.length - 16) / columns));
      if (!(most > 0)) return jsBackend.fromInt8(cells, scale);
      const out = new Float32Array(cells.length);
      for (let row = 0; row < scale.length; row += most) {
        const rows = cells.subarray(row * columns, (row + most) * columns);
        signed.set(rows);
        scales.set(scale.subarray(row, row + most));
        kernels.fromInt8(rows.length / columns, columns);
        out.set(widened.subarray(0, rows.length), row * columns);
      }
      return out;
    },

    gatherColumns(out, outColumns, outColumn, source, rows, columns, picked, scale) {
      const [read, written] = [rows * columns, rows * outColumns];
      const isWhole = source.length >= read && out.length >= written;
      const scratch = isWhole ? room.borrow(read + written + picked.length) : null;
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
