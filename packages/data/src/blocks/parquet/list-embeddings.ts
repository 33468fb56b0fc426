import type { ColumnDecoder } from "hyparquet/src/types.js";
import type { PageSource } from "./column-pages.js";
import { checkEmbeddings, type EmbeddingColumn, type EmbeddingProblems } from "./embedding-column.js";
import { decodeListPage, type ListLevels, type ListPage } from "./list-page.js";

/** Rows of one page. */
interface Segment {
  rows: number;
  /** (rows, D) */
  embeddings: Float32Array;
  problems: EmbeddingProblems;
  /** Rows of it that were taken. */
  taken: number;
}

/** Embeddings as lists of float or double. */
export class ListEmbeddings implements EmbeddingColumn {
  readonly #pages: PageSource;
  readonly #decoder: ColumnDecoder;
  readonly #levels: ListLevels;
  readonly #dimensions: number;
  readonly #segments: Segment[] = [];
  #isOver = false;
  /** Rows that wait, and values of the last of them: the next page may go on with it. */
  #waiting = 0;
  #lastLength = 0;

  constructor(pages: PageSource, decoder: ColumnDecoder, levels: ListLevels, dimensions: number) {
    this.#pages = pages;
    this.#decoder = decoder;
    this.#levels = levels;
    this.#dimensions = dimensions;
  }

  async take(rows: number, out: Float32Array): Promise<EmbeddingProblems> {
    const D = this.#dimensions;
    const problems: EmbeddingProblems = new Map();
    for (let row = 0; row < rows; ) {
      while (!this.#isOver && this.#waiting <= rows - row) await this.#readPage();
      const [segment] = this.#segments;
      if (segment === undefined) throw new Error("a column has fewer rows than its row group");
      const { taken } = segment;
      const count = Math.min(rows - row, segment.rows - taken);
      out.set(segment.embeddings.subarray(taken * D, (taken + count) * D), row * D);
      if (segment.problems.size > 0) {
        for (let i = 0; i < count; i++) {
          const problem = segment.problems.get(taken + i);
          if (problem !== undefined) problems.set(row + i, problem);
        }
      }
      row += count;
      segment.taken += count;
      this.#waiting -= count;
      if (segment.taken === segment.rows) this.#segments.shift();
    }
    checkEmbeddings(out, rows, D, problems);
    return problems;
  }

  async #readPage(): Promise<void> {
    const page = await this.#pages.next();
    if (page === null) {
      this.#isOver = true;
      return;
    }
    const lists = decodeListPage(page, this.#decoder, this.#levels, this.#pages.dictionary);
    if (lists.leading > 0) this.#goOn(lists);
    const rows = lists.lengths.length;
    if (rows === 0) return;
    this.#segments.push(this.#segmentOf(lists));
    this.#waiting += rows;
    this.#lastLength = lists.lengths[rows - 1];
  }

  /** Values of a list that began on the page before. */
  #goOn({ values, leading }: ListPage): void {
    const D = this.#dimensions;
    const segment = this.#segments.at(-1);
    if (segment === undefined) throw new Error("a column begins within a list");
    const start = (segment.rows - 1) * D + this.#lastLength;
    for (let k = 0; k < leading && this.#lastLength + k < D; k++) segment.embeddings[start + k] = values[k];
    this.#lastLength += leading;
    const problem = this.#lengthProblem(this.#lastLength);
    if (problem === null) segment.problems.delete(segment.rows - 1);
    else segment.problems.set(segment.rows - 1, problem);
  }

  #segmentOf({ values, leading, lengths, nulls }: ListPage): Segment {
    const D = this.#dimensions;
    const rows = lengths.length;
    const problems: EmbeddingProblems = new Map();
    const own = values.subarray(leading);
    if (lengths.every((length) => length === D)) {
      const embeddings = own instanceof Float32Array ? own : new Float32Array(own);
      return { rows, embeddings, problems, taken: 0 };
    }
    const embeddings = new Float32Array(rows * D);
    let at = 0;
    for (let row = 0; row < rows; row++) {
      const length = lengths[row];
      embeddings.set(own.subarray(at, at + Math.min(length, D)), row * D);
      at += length;
      const problem = this.#lengthProblem(length);
      if (nulls.has(row)) problems.set(row, null);
      else if (problem !== null) problems.set(row, problem);
    }
    return { rows, embeddings, problems, taken: 0 };
  }

  #lengthProblem(length: number): string | null {
    return length === this.#dimensions ? null : `embedding: length is ${length}, expected ${this.#dimensions}`;
  }
}
