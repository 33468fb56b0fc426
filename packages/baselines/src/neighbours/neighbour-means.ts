import { hashBytes, matmulTransposedB, OneheadError } from "@onehead/core";
import { type LabelGroup, labelGroups } from "@onehead/core/training";
import { queryRows } from "../labels/assert-labelled.js";
import { type NearestBuffer, selectNearest } from "./select-nearest.js";
import { unitRows as toUnitRows } from "./unit-rows.js";

/** Cells of similarities held at once, 8 MiB: the kernel packs the whole memory anew for each block. */
const blockCells = 2 ** 21;
const mostBlockRows = 256;

/**
 * Mean targets of the nearest labelled rows, for several neighbourhood sizes at once.
 *
 *   mean(e, k, c) = (1/n) Σ_{j ∈ N_k(e, c)} y_jc,  n = min(k, labelled rows of c)
 *
 * N_k(e, c) are the k rows of greatest cosine to e *among those on which column c is known*, as if a regressor of its
 * own were fitted for each column. Ties go to the earlier row. Columns known on the same rows share one search, and
 * every predictor built on one instance shares the last result: five kNN routers cost one pass over the memory.
 */
export class NeighbourMeans {
  /** C. */
  readonly columns: number;
  /** K neighbourhood sizes, ascending. */
  readonly sizes: readonly number[];
  /** D. */
  readonly dimensions: number;
  /** (T, D) rows of length 1. */
  readonly unitRows: Float32Array;
  /** (T, C), NaN where unknown. */
  readonly targets: Float32Array;
  readonly #memoryRows: number;
  readonly #groups: LabelGroup[];
  readonly #labels: Int32Array;
  readonly #nearest: NearestBuffer;
  #last: { queries: Float32Array; hash: number; means: Float32Array } | undefined;

  /**
   * @param embeddings (T, D), finite
   * @param targets    (T, C), NaN where unknown
   * @param sizes      positive integers
   * @param areUnit    the rows are of length 1 as they were stored: scaling them again would move their last bits
   */
  constructor(
    embeddings: Float32Array,
    dimensions: number,
    targets: Float32Array,
    sizes: readonly number[],
    areUnit = false,
  ) {
    this.dimensions = dimensions;
    this.unitRows = areUnit ? embeddings : toUnitRows(embeddings, dimensions);
    this.#memoryRows = embeddings.length / dimensions;
    this.targets = targets;
    this.columns = targets.length / this.#memoryRows;
    this.sizes = [...new Set(sizes)].sort((a, b) => a - b);
    this.#groups = labelGroups(targets, this.columns);
    this.#labels = new Int32Array(this.columns);
    for (const group of this.#groups) for (const c of group.columns) this.#labels[c] = group.rows.length;
    const most = Math.min(this.sizes[this.sizes.length - 1], this.#memoryRows);
    this.#nearest = { rows: new Int32Array(most), similarities: new Float64Array(most) };
  }

  /**
   * Where `means` holds a neighbourhood size.
   *
   * @throws OneheadError "invalid-argument" for a size that it was not built with
   */
  sizeIndex(size: number): number {
    const index = this.sizes.indexOf(size);
    if (index >= 0) return index;
    const expected = `expected one of ${this.sizes.join(", ")}`;
    throw new OneheadError("invalid-argument", `kNN: no neighbourhoods of that size: ${size}, ${expected}`);
  }

  /** n of `mean(·, size, column)`: `size`, or all labelled rows of the column where they are fewer. */
  neighbours(size: number, column: number): number {
    return Math.min(size, this.#labels[column]);
  }

  /**
   * (K, R, C) means of R queries; NaN for a column without labels.
   *
   * @param queries (R, D)
   * @returns a buffer that later calls may return again: read only
   * @throws as `queryRows`
   */
  means(queries: Float32Array): Float32Array {
    const rows = queryRows("kNN", queries, this.dimensions);
    // identity alone would miss a buffer that its owner has filled with the next block
    const hash = hashBytes(new Uint8Array(queries.buffer, queries.byteOffset, queries.byteLength));
    if (this.#last?.queries === queries && this.#last.hash === hash) return this.#last.means;
    const means = this.#computeMeans(queries, rows);
    this.#last = { queries, hash, means };
    return means;
  }

  #computeMeans(queries: Float32Array, rows: number): Float32Array {
    const T = this.#memoryRows;
    const D = this.dimensions;
    const means = new Float32Array(this.sizes.length * rows * this.columns);
    // the length of a query does not change the order of its neighbours, but a huge one could overflow
    const unitQueries = toUnitRows(queries, D);
    const blockRows = Math.max(1, Math.min(mostBlockRows, Math.floor(blockCells / T), rows));
    const similarities = new Float32Array(blockRows * T);
    for (let from = 0; from < rows; from += blockRows) {
      const count = Math.min(blockRows, rows - from);
      const block = unitQueries.subarray(from * D, (from + count) * D);
      matmulTransposedB(similarities, block, this.unitRows, count, D, T);
      for (let b = 0; b < count; b++) {
        for (const group of this.#groups) this.#averageGroup(means, rows, from + b, similarities, b * T, group);
      }
    }
    return means;
  }

  /** Fills the columns of one group in row `row` of `means` for every size, by one walk from the nearest outwards. */
  #averageGroup(
    means: Float32Array,
    rows: number,
    row: number,
    similarities: Float32Array,
    start: number,
    group: LabelGroup,
  ): void {
    const C = this.columns;
    const targets = this.targets;
    const sizes = this.sizes;
    const nearest = this.#nearest.rows;
    const found = selectNearest(this.#nearest, similarities, start, group.rows, nearest.length);
    for (const c of group.columns) {
      let sum = 0;
      let summed = 0;
      for (let s = 0; s < sizes.length; s++) {
        const n = Math.min(sizes[s], found);
        for (; summed < n; summed++) sum += targets[nearest[summed] * C + c];
        means[(s * rows + row) * C + c] = sum / n;
      }
    }
  }
}
