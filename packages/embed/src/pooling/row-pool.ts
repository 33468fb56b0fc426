import type { Backend } from "@onehead/core";

type Rows = Float32Array | Int8Array | Uint16Array;

/**
 * Rows of a table, and which of them one text has with what weight: a backend's weighted sum of them.
 *
 * A row is copied to where the backend reads it when a text has it first: a program that embeds a few texts does not wait for
 * megabytes.
 */
export class RowPool {
  /** `features[k]` is a row, `weights[k]` its weight; as many as the table has rows. */
  readonly features: Uint32Array;
  readonly weights: Float32Array;
  readonly #backend: Backend;
  readonly #table: Rows;
  /** The rows of the table that `#copied` (count) tells. */
  readonly #rows: Rows;
  readonly #copied: Uint8Array;
  readonly #width: number;
  readonly #sum: Float32Array;

  /** @param table (count, width), which must not change afterwards: float32, int8, or the bits of half-precision numbers, which `js` is slow with */
  constructor(table: Rows, count: number, width: number, backend: Backend) {
    const room = 64;
    const floats = Math.ceil(table.byteLength / 4);
    const own = backend.fork(floats + 2 * count + width + room);
    this.#backend = own;
    this.#width = width;
    this.#table = table;
    const { buffer, byteOffset } = own.allocate(floats);
    const Kind = table.constructor as new (buffer: ArrayBufferLike, byteOffset: number, length: number) => Rows;
    this.#rows = new Kind(buffer, byteOffset, table.length);
    this.#copied = new Uint8Array(count);
    const features = own.allocate(count);
    this.features = new Uint32Array(features.buffer, features.byteOffset, count);
    this.weights = own.allocate(count);
    this.#sum = own.allocate(width);
  }

  /** out[offset .. offset + width) = Σ_k weights_k · rows_features_k over the first `count`. */
  sumInto(out: Float32Array, offset: number, count: number): void {
    for (let k = 0; k < count; k++) {
      const row = this.features[k];
      if (this.#copied[row] === 0) this.#copyIn(row);
    }
    const sum = this.#sum;
    this.#backend.poolRows(sum, 0, this.#rows, this.#width, this.features, this.weights, count);
    for (let j = 0; j < this.#width; j++) out[offset + j] = sum[j];
  }

  #copyIn(row: number): void {
    const start = row * this.#width;
    this.#rows.set(this.#table.subarray(start, start + this.#width), start);
    this.#copied[row] = 1;
  }
}
