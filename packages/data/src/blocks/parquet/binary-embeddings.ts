import { checkEmbeddings, type EmbeddingColumn, type EmbeddingProblems } from "./embedding-column.js";
import type { ScalarColumn } from "./scalar-column.js";

/** Embeddings as bytes: D float32, least byte first. */
export class BinaryEmbeddings implements EmbeddingColumn {
  readonly #column: ScalarColumn;
  readonly #dimensions: number;

  /** @param column of bytes */
  constructor(column: ScalarColumn, dimensions: number) {
    this.#column = column;
    this.#dimensions = dimensions;
  }

  async take(rows: number, out: Float32Array): Promise<EmbeddingProblems> {
    const problems: EmbeddingProblems = new Map();
    const size = 4 * this.#dimensions;
    const bytes = new Uint8Array(out.buffer, out.byteOffset, rows * size);
    const values = await this.#column.take(rows);
    values.forEach((value, row) => {
      if (!(value instanceof Uint8Array)) problems.set(row, null);
      else if (value.length === size) bytes.set(value, row * size);
      else problems.set(row, `embedding: length is ${value.length} bytes, expected ${size}, float32 each`);
    });
    checkEmbeddings(out, rows, this.#dimensions, problems);
    return problems;
  }
}
