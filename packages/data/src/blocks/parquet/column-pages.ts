import type { FileHandle } from "node:fs/promises";
import type { DecodedArray, PageHeader } from "hyparquet";
import { parquetHeader, readPage } from "hyparquet/src/column.js";
import { convert } from "hyparquet/src/convert.js";
import type { ColumnDecoder, DataReader } from "hyparquet/src/types.js";
import { readRange } from "./parquet-handle.js";

/** Read at once at least, so that small pages do not cost a call of the system each. */
const windowBytes = 1 << 20;

/** One page of values, still packed: what hyparquet's `readPage` takes. */
export interface DataPage {
  header: PageHeader;
  reader: DataReader;
}

/** One column of one row group: where its bytes are, and what it takes to decode them. */
export interface ChunkLocation {
  decoder: ColumnDecoder;
  startByte: number;
  endByte: number;
  /** Values that the file says are in it: no page can have more. */
  values: number;
}

/** Where a column's pages come from. */
export type PageSource = Pick<ColumnPages, "next" | "dictionary">;

/**
 * The pages of a column chunk in their order, of which one window is in memory at a time, whatever the size of the row group.
 *
 * @throws Error of no particular kind on damage, as hyparquet does
 */
export class ColumnPages {
  /** Of the chunk; undefined where it has none, or before the first page. */
  dictionary: DecodedArray | undefined;
  readonly #handle: FileHandle;
  readonly #location: ChunkLocation;
  /** Of the next byte. */
  #offset: number;
  #window = new Uint8Array(0);
  /** Where the window begins in the file. */
  #windowStart = 0;

  constructor(handle: FileHandle, location: ChunkLocation) {
    this.#handle = handle;
    this.#location = location;
    this.#offset = location.startByte;
  }

  /** Null after the last one. */
  async next(): Promise<DataPage | null> {
    while (this.#offset < this.#location.endByte) {
      const { header, reader } = await this.#readHeader();
      const size = header.compressed_page_size;
      const start = this.#windowStart + reader.offset;
      if (!(size >= 0 && start + size <= this.#location.endByte)) throw new Error("a page is longer than its column");
      await this.#fill(start, size);
      this.#offset = start + size;
      const page = { header, reader: this.#readerAt(start) };
      if (header.type === "DICTIONARY_PAGE") this.#takeDictionary(page);
      else if (header.type !== "INDEX_PAGE") return this.#checked(page);
    }
    return null;
  }

  /** Headers are of any length, and do not say which. */
  async #readHeader(): Promise<DataPage> {
    for (let bytes = 1 << 14; ; bytes *= 4) {
      await this.#fill(this.#offset, bytes);
      const reader = this.#readerAt(this.#offset);
      try {
        return { header: parquetHeader(reader), reader };
      } catch (error) {
        if (!(error instanceof RangeError) || this.#offset + bytes >= this.#location.endByte) throw error;
      }
    }
  }

  #checked({ header, reader }: DataPage): DataPage {
    const values = (header.data_page_header_v2 ?? header.data_page_header)?.num_values ?? 0;
    if (!(values >= 0 && values <= this.#location.values)) throw new Error("a page has more values than its column");
    return { header, reader };
  }

  #takeDictionary({ header, reader }: DataPage): void {
    const { decoder } = this.#location;
    const { data } = readPage(reader, header, decoder, undefined, undefined, 0);
    if (data !== undefined) this.dictionary = convert(data, decoder);
  }

  #readerAt(offset: number): DataReader {
    const { buffer, byteOffset, byteLength } = this.#window;
    return { view: new DataView(buffer, byteOffset, byteLength), offset: offset - this.#windowStart };
  }

  /** Brings bytes into the window; pages that were given keep the window that they are in. */
  async #fill(start: number, bytes: number): Promise<void> {
    const end = Math.min(start + bytes, this.#location.endByte);
    const windowEnd = this.#windowStart + this.#window.length;
    if (start >= this.#windowStart && end <= windowEnd) return;
    const wanted = Math.min(Math.max(end, start + windowBytes), this.#location.endByte);
    const kept = start >= this.#windowStart ? this.#window.subarray(start - this.#windowStart) : new Uint8Array(0);
    const read = await readRange(this.#handle, start + kept.length, wanted);
    const window = new Uint8Array(kept.length + read.length);
    window.set(kept);
    window.set(read, kept.length);
    if (start + window.length < end) throw new Error("the file ends within a column");
    this.#window = window;
    this.#windowStart = start;
  }
}
