import { readPage } from "hyparquet/src/column.js";
import type { ColumnDecoder } from "hyparquet/src/types.js";
import type { PageSource } from "./column-pages.js";

/** A column of one value a row, read as far as it is asked for. */
export class ScalarColumn {
  readonly #pages: PageSource;
  readonly #decoder: ColumnDecoder;
  #values: ArrayLike<unknown> = [];
  #at = 0;

  constructor(pages: PageSource, decoder: ColumnDecoder) {
    this.#pages = pages;
    this.#decoder = decoder;
  }

  /** The values of the next rows; null or undefined where a row has none. */
  async take(rows: number): Promise<unknown[]> {
    const taken: unknown[] = [];
    while (taken.length < rows) {
      if (this.#at === this.#values.length) await this.#readPage();
      const end = Math.min(this.#values.length, this.#at + rows - taken.length);
      for (let i = this.#at; i < end; i++) taken.push(this.#values[i]);
      this.#at = end;
    }
    return taken;
  }

  async #readPage(): Promise<void> {
    const page = await this.#pages.next();
    if (page === null) throw new Error("a column has fewer rows than its row group");
    const { data } = readPage(page.reader, page.header, this.#decoder, this.#pages.dictionary, undefined, 0);
    this.#values = data ?? [];
    this.#at = 0;
  }
}
