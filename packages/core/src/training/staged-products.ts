import type { Backend } from "../kernels/backend.js";

/** The three products of arrays that lie anywhere. */
export type Products = Pick<Backend, "matmul" | "matmulTransposedA" | "matmulTransposedB">;

/** Rows that are staged at a time. */
const blockRows = 1024;
/** Rows of which `matmulTransposedA` leaves the sum to float32; such sums are added up in float64. */
const summedRows = 64;
/** Room for the copies that products make of blocks of their factors. */
const productScratch = 131_072;
const scratchRows = 256;
/** Each array may start at the next line of the cache. */
const slack = 64;

/**
 * Products of arrays of the heap with the kernels of a backend that are fast in its own memory only: factors are copied there by blocks
 * of rows, and what comes out is copied back. Cells have the bits that the backend's own products give, but those of `matmulTransposedA`, whose
 * sums run over all rows: sums over 64 of them are added up in float64, so that a Gram matrix is as exact as float32 can hold.
 *
 * For single large products: a loop is better off with arrays of its own in the backend's memory.
 */
export function stagedProducts(backend: Backend): Products {
  if (backend.name === "js") return backend;
  let sums = new Float64Array(0);
  let room: { own: Backend; floats: Float32Array; scratch: number } | null = null;
  /** Arrays of these lengths, in the memory of the backend that comes with them. */
  const stage = (inner: number, ...lengths: number[]): [own: Backend, ...arrays: Float32Array[]] => {
    const needed = lengths.reduce((sum, length) => sum + length + slack, 0);
    const scratch = productScratch + scratchRows * (1 + inner);
    if (room === null || room.floats.length < needed || room.scratch < scratch) {
      const floats = 2 ** Math.ceil(Math.log2(needed));
      const own = backend.fork(floats + 2 * scratch + slack);
      room = { own, floats: own.allocate(floats), scratch: 2 * scratch };
    }
    const { own, floats } = room;
    let start = 0;
    const arrays = lengths.map((length) => {
      const array = floats.subarray(start, start + length);
      start += Math.ceil(length / 16) * 16;
      return array;
    });
    return [own, ...arrays];
  };

  const byRows = (name: "matmul" | "matmulTransposedB"): Backend["matmul"] => {
    return (out, a, b, rows, inner, columns, accumulate = false) => {
      if (out.length < rows * columns || a.length < rows * inner || b.length < inner * columns) {
        backend[name](out, a, b, rows, inner, columns, accumulate);
        return;
      }
      const most = Math.min(blockRows, rows);
      const [own, ownOut, ownA, ownB] = stage(inner, most * columns, most * inner, inner * columns);
      ownB.set(b.subarray(0, inner * columns));
      for (let r = 0; r < rows; r += most) {
        const count = Math.min(most, rows - r);
        ownA.set(a.subarray(r * inner, (r + count) * inner));
        const to = out.subarray(r * columns, (r + count) * columns);
        if (accumulate) ownOut.set(to);
        own[name](ownOut, ownA, ownB, count, inner, columns, accumulate);
        to.set(ownOut.subarray(0, count * columns));
      }
    };
  };

  return {
    matmul: byRows("matmul"),
    matmulTransposedB: byRows("matmulTransposedB"),
    matmulTransposedA(out, a, b, rows, inner, columns, accumulate = false) {
      const cells = rows * columns;
      if (out.length < cells || a.length < rows * inner || b.length < inner * columns) {
        backend.matmulTransposedA(out, a, b, rows, inner, columns, accumulate);
        return;
      }
      const most = Math.min(summedRows, Math.max(1, inner));
      const [own, ownOut, ownA, ownB] = stage(most, cells, most * rows, most * columns);
      if (sums.length < cells) sums = new Float64Array(cells);
      for (let i = 0; i < cells; i++) sums[i] = accumulate ? out[i] : 0;
      for (let k = 0; k < inner; k += most) {
        const count = Math.min(most, inner - k);
        ownA.set(a.subarray(k * rows, (k + count) * rows));
        ownB.set(b.subarray(k * columns, (k + count) * columns));
        own.matmulTransposedA(ownOut, ownA, ownB, rows, count, columns);
        for (let i = 0; i < cells; i++) sums[i] += ownOut[i];
      }
      for (let i = 0; i < cells; i++) out[i] = sums[i];
    },
  };
}
