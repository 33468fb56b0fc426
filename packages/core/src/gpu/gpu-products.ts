import type { GpuKernel, OpenGpu } from "./gpu-library.js";

/** Where element (r, k) of a and element (k, c) of b lie: r · aRow + k · aInner, k · bInner + c · bColumn. */
export interface ProductStrides {
  aRow: number;
  aInner: number;
  bInner: number;
  bColumn: number;
}

// every number but the bias is an integer, which gpu.js would else count in floats: exact up to 2^24 only
const argumentTypes = [
  "Array",
  "Array",
  "Array",
  ...["inner", "aRow", "aInner", "bInner", "bColumn", "firstRow", "firstColumn"].map(() => "Integer"),
];
/** gpu.js bounds every loop whose end is no constant. */
const loopMaxIterations = 2 ** 20;

const source = `function (a, b, bias, inner, aRow, aInner, bInner, bColumn, firstRow, firstColumn) {
let sum = bias[this.thread.x + firstColumn];
for (let k = 0; k < inner; k++) {
  sum += a[(this.thread.y + firstRow) * aRow + k * aInner] * b[(this.thread.x + firstColumn) * bColumn + k * bInner];
}
return sum;
}`;

type ResizableKernel = GpuKernel & { setOutput(output: readonly number[]): void };

/** Products of any shape through one kernel of gpu.js: each cell is one float32 sum that runs over the inner index upwards. */
export class GpuProducts {
  readonly #open: OpenGpu;
  readonly #kernel: ResizableKernel;
  #usable = true;

  constructor(open: OpenGpu) {
    this.#open = open;
    this.#kernel = open.gpu.createKernel(source, {
      output: [1, 1],
      precision: "single",
      tactic: "precision",
      fixIntegerDivisionAccuracy: false,
      dynamicOutput: true,
      dynamicArguments: true,
      loopMaxIterations,
      argumentTypes,
    }) as ResizableKernel;
  }

  /**
   * @param out (rows, columns); untouched where this returns false
   * @param bias (columns)
   * @returns whether the result can be believed: neither a lost context nor a value that float32 does not hold
   */
  multiply(
    out: Float32Array,
    a: Float32Array,
    b: Float32Array,
    bias: Float32Array,
    rows: number,
    inner: number,
    columns: number,
    strides: ProductStrides,
    accumulate: boolean,
  ): boolean {
    if (!this.#usable || inner > loopMaxIterations || !areFinite(a) || !areFinite(b) || !areFinite(bias)) return false;
    const { aRow, aInner, bInner, bColumn } = strides;
    const most = this.#open.device.maxTextureSize;
    const results: Array<{ cells: ArrayLike<Float32Array>; row: number; column: number }> = [];
    try {
      for (let row = 0; row < rows; row += most) {
        for (let column = 0; column < columns; column += most) {
          this.#kernel.setOutput([Math.min(most, columns - column), Math.min(most, rows - row)]);
          const cells = this.#kernel(a, b, bias, inner, aRow, aInner, bInner, bColumn, row, column);
          results.push({ cells: cells as ArrayLike<Float32Array>, row, column });
        }
      }
    } catch {
      // a context that was lost throws where gpu.js looks at what it did not give
      this.#usable = false;
    }
    if (!this.#usable || this.#open.isLost()) {
      this.#usable = false;
      return false;
    }
    if (!results.every(({ cells }) => Array.from(cells).every(areFinite))) return false;
    for (const { cells, row, column } of results) {
      for (let r = 0; r < cells.length; r++) {
        const at = (row + r) * columns + column;
        const own = cells[r];
        if (accumulate) for (let c = 0; c < own.length; c++) out[at + c] += own[c];
        else out.set(own, at);
      }
    }
    return true;
  }
}

/** A product with 0 is 0 for every number but NaN and the infinities, and a sum with NaN is NaN. */
function areFinite(values: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * 0;
  return sum === 0;
}
