import { padded } from "./kernel-text.js";

/** Maps of the embedding, (outputs, D) each, put below one another into one product; every part starts at a multiple of four. */
export class ProductRows {
  /** Outputs so far. */
  width = 0;
  readonly #dimensions: number;
  readonly #parts: Array<{ start: number; rows: Float32Array; bias: Float32Array }> = [];

  constructor(dimensions: number) {
    this.#dimensions = dimensions;
  }

  /**
   * @param bias of the part, as long as it is with its padding; zeros when left out
   * @returns where it starts
   */
  add(rows: Float32Array, bias: Float32Array = new Float32Array(padded(rows.length / this.#dimensions))): number {
    const start = this.width;
    this.#parts.push({ start, rows, bias });
    this.width += bias.length;
    return start;
  }

  /** (width, inner) weights, D filled up to `inner`, and (width) biases. */
  join(inner: number): { productWeights: Float32Array; productBias: Float32Array } {
    const D = this.#dimensions;
    const productWeights = new Float32Array(this.width * inner);
    const productBias = new Float32Array(this.width);
    for (const { start, rows, bias } of this.#parts) {
      for (let c = 0; c < rows.length / D; c++) {
        productWeights.set(rows.subarray(c * D, (c + 1) * D), (start + c) * inner);
      }
      productBias.set(bias, start);
    }
    return { productWeights, productBias };
  }
}
