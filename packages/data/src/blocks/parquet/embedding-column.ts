/** Where an embedding of a Parquet file is no embedding: what is wrong, or null where there is none. By the row of a run. */
export type EmbeddingProblems = Map<number, string | null>;

/** A column of embeddings, read as far as it is asked for. */
export interface EmbeddingColumn {
  /**
   * Writes the embeddings of the next rows to `out` (rows, D), zeros where a row has none.
   *
   * @returns what is wrong with those that are not finite, of another length, or null
   */
  take(rows: number, out: Float32Array): Promise<EmbeddingProblems>;
}

/** Sets the problems of rows whose numbers are not finite, and clears what is wrong. */
export function checkEmbeddings(
  out: Float32Array,
  rows: number,
  dimensions: number,
  problems: EmbeddingProblems,
): void {
  for (let row = 0; row < rows; row++) {
    const start = row * dimensions;
    const end = start + dimensions;
    if (!problems.has(row)) {
      if (areFinite(out, start, end)) continue;
      let k = start;
      while (Number.isFinite(out[k])) k++;
      problems.set(row, `embedding[${k - start}]: ${out[k]}, expected a finite float32`);
    }
    out.fill(0, start, end);
  }
}

function areFinite(values: Float32Array, start: number, end: number): boolean {
  let i = start;
  let a = 0;
  let b = 0;
  // a sum of float32 in float64 is finite exactly where they all are
  for (; i + 3 < end; i += 4) {
    a += values[i] + values[i + 1];
    b += values[i + 2] + values[i + 3];
  }
  for (; i < end; i++) a += values[i];
  return Number.isFinite(a + b);
}
