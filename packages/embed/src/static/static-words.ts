import type { Backend } from "@onehead/core";
import { RowPool } from "../pooling/row-pool.js";
import type { TokenBuffer } from "../text/token-buffer.js";
import type { StaticTable } from "./static-table.js";

/** The words of one text at a time that a table knows. */
export class StaticWords {
  readonly #table: StaticTable;
  readonly #pool: RowPool;
  /** (W) how often a word occurs in the current text; all zero between texts. */
  readonly #occurrences: Uint32Array;

  constructor(table: StaticTable, backend: Backend) {
    this.#table = table;
    this.#pool = new RowPool(table.rows, table.size, table.dimensions, backend);
    this.#occurrences = new Uint32Array(table.size);
  }

  /**
   * Mean of the known words' rows, words that come twice counted twice; zeros where no word is known.
   *
   * @returns the number of known words
   */
  meanInto(out: Float32Array, offset: number, tokens: TokenBuffer): number {
    const table = this.#table;
    const occurrences = this.#occurrences;
    const { features, weights } = this.#pool;
    let known = 0;
    let found = 0;
    for (let i = 0; i < tokens.count; i++) {
      const row = table.find(tokens.hashes[i]);
      if (row < 0) continue;
      known++;
      if (occurrences[row]++ === 0) features[found++] = row;
    }
    for (let k = 0; k < found; k++) {
      const row = features[k];
      weights[k] = (occurrences[row] * table.scales[row]) / known;
      occurrences[row] = 0;
    }
    this.#pool.sumInto(out, offset, found);
    return known;
  }

  /**
   * Writes weight · √(known words / words) · (s − s̄) / |s − s̄|, s what {@link meanInto} gives and s̄ its mean over training texts;
   * 0 without a known word. One known word among many says little: hence the share.
   */
  embedInto(out: Float32Array, offset: number, tokens: TokenBuffer, mean: Float32Array, weight: number): void {
    const S = this.#table.dimensions;
    const known = this.meanInto(out, offset, tokens);
    if (known === 0) return;
    let squares = 0;
    for (let j = 0; j < S; j++) {
      out[offset + j] -= mean[j];
      squares += out[offset + j] * out[offset + j];
    }
    const scale = squares > 0 ? weight * Math.sqrt(known / tokens.count / squares) : 0;
    for (let j = 0; j < S; j++) out[offset + j] *= scale;
  }
}
