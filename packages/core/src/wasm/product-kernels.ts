import { type Backend, jsBackend } from "../kernels/backend.js";
import { assertApplied, assertWeights, packBias, packPanels } from "../kernels/linear-map.js";
import { assertProduct } from "../kernels/matmul.js";
import { assertHeads } from "../kernels/read-heads.js";
import { fastestTile, tilesPerPanel } from "./fastest-tile.js";
import type { KernelExports } from "./kernel-exports.js";
import { panelColumns } from "./memory-map.js";
import type { Room } from "./room.js";

/** Rows of a product that are copied into panels at a time, a multiple of four. */
const blockRows = 64;
/** Floats of b that a product copies into panels at a time: half of the second-level cache. */
const blockFloats = 131_072;
const panelBytes = 4 * panelColumns;

type ProductKernels = Pick<
  Backend,
  "matmul" | "matmulTransposedA" | "matmulTransposedB" | "bindLinear" | "applyLinear" | "readHeads"
>;

/** The products of one memory. @param instantiate of another one, for timings */
export function productKernels(
  room: Room,
  kernels: KernelExports,
  instantiate: (memory: WebAssembly.Memory) => KernelExports,
): ProductKernels {
  const { buffer } = room;
  // of one block of a product: rows by fours and columns by panels
  let rowPanels: Float32Array = new Float32Array(0);
  let columnPanels: Float32Array = new Float32Array(0);

  /** Room for the panels of so many rows; whether there is any. */
  const reserveRows = (inner: number): boolean => {
    if (rowPanels.length < (1 + inner) * blockRows) rowPanels = room.allocate((1 + inner) * blockRows);
    return rowPanels.buffer === buffer;
  };

  /**
   * out = a b of a block of columns, whose b stands in panels: rows by fours, the rest one by one.
   *
   * @param a element (r, k) at a + r · aRow + k · aInner; here and below in bytes
   */
  const multiplyPanels = (
    out: number,
    outStride: number,
    a: number,
    aRow: number,
    aInner: number,
    b: number,
    rows: number,
    inner: number,
    columns: number,
    accumulate: 0 | 1,
  ): void => {
    let r = 0;
    if (rows > 3 && reserveRows(inner)) {
      const tile = fastestTile(instantiate);
      const multiply = kernels[tile];
      const perPanel = tilesPerPanel[tile];
      const panels = rowPanels.byteOffset;
      while (rows - r > 3) {
        const fours = Math.min(blockRows, rows - r) >> 2;
        kernels.packPanels(panels, 16, a + r * aRow, aInner, aRow, inner, 4 * fours);
        multiply(out + r * outStride, outStride, panels, b, panelBytes, perPanel, inner, columns, fours, accumulate);
        r += 4 * fours;
      }
    }
    for (; r < rows; r++) {
      kernels.multiplyRow(out + r * outStride, a + r * aRow, aInner, b, inner, columns, accumulate);
    }
  };

  const product = (name: "matmul" | "matmulTransposedA" | "matmulTransposedB"): Backend["matmul"] => {
    const otherwise = jsBackend[name];
    return (out, a, b, rows, inner, columns, accumulate = false) => {
      const panels = Math.floor(blockFloats / ((1 + inner) * panelColumns));
      const inside = out.buffer === buffer && a.buffer === buffer && b.buffer === buffer && panels > 0;
      if (inside && columnPanels.length === 0) columnPanels = room.allocate(blockFloats);
      if (!inside || columnPanels.buffer !== buffer) {
        otherwise(out, a, b, rows, inner, columns, accumulate);
        return;
      }
      assertProduct(name, out, a, b, rows, inner, columns);
      const [aRow, aInner] = name === "matmulTransposedA" ? [4, 4 * rows] : [4 * inner, 4];
      const [bInner, bColumn] = name === "matmulTransposedB" ? [4, 4 * inner] : [4 * columns, 4];
      const block = panels * panelColumns;
      for (let c = 0; c < columns; c += block) {
        const width = Math.min(block, columns - c);
        const from = columnPanels.byteOffset;
        kernels.packPanels(from, panelBytes, b.byteOffset + c * bColumn, bInner, bColumn, inner, width);
        const to = out.byteOffset + 4 * c;
        multiplyPanels(to, 4 * columns, a.byteOffset, aRow, aInner, from, rows, inner, width, accumulate ? 1 : 0);
      }
    };
  };

  return {
    matmul: product("matmul"),
    matmulTransposedA: product("matmulTransposedA"),
    matmulTransposedB: product("matmulTransposedB"),

    bindLinear(weights, inner, columns, layout, bias = null) {
      assertWeights(weights, inner, columns, bias);
      const panels = room.allocate((1 + inner) * Math.ceil(columns / panelColumns) * panelColumns);
      const source = panels.buffer === buffer ? room.borrow(inner * columns) : null;
      if (source === null) packPanels(panels, panelColumns, weights, inner, columns, layout, bias);
      else {
        source.set(weights.subarray(0, source.length));
        const [perInner, perColumn] = layout === "inner-columns" ? [4 * columns, 4] : [4, 4 * inner];
        kernels.packPanels(panels.byteOffset, panelBytes, source.byteOffset, perInner, perColumn, inner, columns);
        source.fill(0);
        packBias(panels, panelColumns, inner, columns, bias);
      }
      return { inner, columns, width: panelColumns, panels };
    },

    applyLinear(out, x, map, rows, accumulate = false) {
      assertApplied(out, x, map, rows);
      const { inner, columns, panels } = map;
      if (out.buffer !== buffer || x.buffer !== buffer || panels.buffer !== buffer) {
        jsBackend.applyLinear(out, x, map, rows, accumulate);
        return;
      }
      const to = out.byteOffset;
      const from = x.byteOffset;
      const b = panels.byteOffset;
      multiplyPanels(to, 4 * columns, from, 4 * inner, 4, b, rows, inner, columns, accumulate ? 1 : 0);
    },

    readHeads(out, shared, quality, cost, rows, accumulate = false) {
      assertHeads(out, shared, quality, rows);
      const { inner: H, columns: M, panels } = quality.models;
      if (
        out.buffer !== buffer ||
        shared.buffer !== buffer ||
        panels.buffer !== buffer ||
        cost.models.panels.buffer !== buffer
      ) {
        jsBackend.readHeads(out, shared, quality, cost, rows, accumulate);
        return;
      }
      const add = accumulate ? 1 : 0;
      for (let which = 0; which < 2; which++) {
        const { models, positive } = which === 0 ? quality : cost;
        const b = models.panels.byteOffset;
        const taken = H - positive;
        let half = which;
        for (; M <= panelColumns / 2 && half + 2 < 2 * rows; half += 4) {
          const to = out.byteOffset + 4 * half * M;
          const from = shared.byteOffset + 4 * half * H;
          kernels.readHeadOfTwo(to, 8 * M, from, 8 * H, b, positive, taken, M, add);
        }
        for (; half < 2 * rows; half += 2) {
          const to = out.byteOffset + 4 * half * M;
          const from = shared.byteOffset + 4 * half * H;
          kernels.readHead(to, from, b, positive, taken, M, add);
        }
      }
    },
  };
}
