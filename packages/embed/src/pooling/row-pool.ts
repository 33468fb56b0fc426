import type { Backend } from "@onehead/core";

/** Rows of a table, and which of them one text has with what weight: a backend's weighted sum of them. */
export class RowPool {
  /** `features[k]` is a row, `weights[k]` its weight; as many as the table has rows. */
  readonly features: Uint32Array;
  readonly weights: Float32Array;
  readonly #backend: Backend;
  readonly #rows: Float32Array | Int8Array | Uint16Array;
  readonly #width: number;
  readonly #sum: Float32Array;

  /** @param rows (count, width): float32, int8, or the bits of half-precision numbers, which `js` is slow with */
  constructor(rows: Float32Array | Int8Array | Uint16Array, count: number, width: number, backend: Backend) {
    const room = 64;
    const own = backend.fork(Math.ceil(rows.byteLength / 4) + 2 * count + width + room);
    this.#backend = own;
    this.#width = width;
    this.#rows = copyIn(own, rows);
    const features = own.allocate(count);
    this.features = new Uint32Array(features.buffer, features.byteOffset, count);
    this.weights = own.allocate(count);
    this.#sum = own.allocate(width);
  }

  /** out[offset .. offset + width) = Σ_k weights_k · rows_features_k over the first `count`. */
  sumInto(out: Float32Array, offset: number, count: number): void {
    const sum = this.#sum;
    this.#backend.poolRows(sum, 0, this.#rows, this.#width, this.features, this.weights, count);
    for (let j = 0; j < this.#width; j++) out[offset + j] = sum[j];
  }
}

function copyIn<Rows extends Float32Array | Int8Array | Uint16Array>(backend: Backend, rows: Rows): Rows {
  const { buffer, byteOffset } = backend.allocate(Math.ceil(rows.byteLength / 4));
  const Kind = rows.constructor as new (buffer: ArrayBufferLike, byteOffset: number, length: number) => Rows;
  const copy = new Kind(buffer, byteOffset, rows.length);
  copy.set(rows);
  return copy;
}
