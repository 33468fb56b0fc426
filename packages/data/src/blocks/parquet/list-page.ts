import type { DecodedArray } from "hyparquet";
import { decompressPage } from "hyparquet/src/datapage.js";
import { byteStreamSplit, readRleBitPackedHybrid } from "hyparquet/src/encoding.js";
import { readPlain } from "hyparquet/src/plain.js";
import type { ColumnDecoder, DataReader } from "hyparquet/src/types.js";
import type { DataPage } from "./column-pages.js";
import { isEveryLevel, type LevelBytes, listLengths } from "./list-levels.js";

type Floats = Float32Array | Float64Array;

/** The lists of one page, laid end to end. */
export interface ListPage {
  /** NaN for an element that is null. */
  values: Floats;
  /** How many of the values go on with the last list of the page before. */
  leading: number;
  /** Values of every list that begins on this page. */
  lengths: number[];
  /** Lists that are null, by their place among those. */
  nulls: ReadonlySet<number>;
}

/** The definition levels of a list of numbers. */
export interface ListLevels {
  /** Of a value that is there. */
  value: number;
  /** From this on a list has an element; one less is empty, or null where lists cannot be. */
  element: number;
  /** Below this the list is null. */
  list: number;
}

/**
 * Decodes a page of lists of numbers without making a list of each.
 *
 * @throws Error of no particular kind on damage, and for encodings that are none of numbers
 */
export function decodeListPage(
  page: DataPage,
  decoder: ColumnDecoder,
  levels: ListLevels,
  dictionary: DecodedArray | undefined,
): ListPage {
  const { repetitions, definitions, reader, encoding } = openPage(page, decoder);
  if (isEveryLevel(definitions, levels.value)) {
    const lists = listLengths(repetitions);
    if (lists === null) throw new Error("repetition levels end too early");
    const values = readValues(reader, encoding, decoder, definitions.count, dictionary);
    return { values, ...lists, nulls: new Set() };
  }
  return expand(unpack(repetitions, 1), unpack(definitions, levels.value), levels, (count) =>
    readValues(reader, encoding, decoder, count, dictionary),
  );
}

interface OpenPage {
  repetitions: LevelBytes;
  definitions: LevelBytes;
  /** At the values. */
  reader: DataReader;
  encoding: string;
}

function openPage({ header, reader }: DataPage, { codec, compressors }: ColumnDecoder): OpenPage {
  const { view, offset } = reader;
  const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, header.compressed_page_size);
  const size = header.uncompressed_page_size;
  const v2 = header.data_page_header_v2;
  if (v2 !== undefined) {
    const { repetition_levels_byte_length: r, definition_levels_byte_length: d, num_values: count } = v2;
    const packed = bytes.subarray(r + d);
    const values = v2.is_compressed === false ? packed : decompressPage(packed, size - r - d, codec, compressors);
    return {
      repetitions: { bytes: bytes.subarray(0, r), count },
      definitions: { bytes: bytes.subarray(r, r + d), count },
      reader: readerOf(values),
      encoding: v2.encoding,
    };
  }
  const v1 = header.data_page_header;
  if (v1 === undefined) throw new Error("a page has no header of its kind");
  const whole = readerOf(decompressPage(bytes, size, codec, compressors));
  const { num_values: count, encoding } = v1;
  return { repetitions: readLevels(whole, count), definitions: readLevels(whole, count), reader: whole, encoding };
}

/** Levels with their length before them. */
function readLevels(reader: DataReader, count: number): LevelBytes {
  const { view, offset } = reader;
  const length = view.getUint32(offset, true);
  reader.offset += 4 + length;
  return { bytes: new Uint8Array(view.buffer, view.byteOffset + offset + 4, length), count };
}

function readerOf(bytes: Uint8Array): DataReader {
  return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
}

function readValues(
  reader: DataReader,
  encoding: string,
  { type }: ColumnDecoder,
  count: number,
  dictionary: DecodedArray | undefined,
): Floats {
  const empty = type === "DOUBLE" ? new Float64Array(count) : new Float32Array(count);
  if (count === 0) return empty;
  if (encoding === "PLAIN") return readPlain(reader, type, count, undefined) as Floats;
  if (encoding === "BYTE_STREAM_SPLIT") return byteStreamSplit(reader, count, type, undefined) as Floats;
  if (!encoding.endsWith("_DICTIONARY") || dictionary === undefined)
    throw new Error(`encoding of numbers: ${encoding}`);
  const width = reader.view.getUint8(reader.offset++);
  const indexes = new Int32Array(count);
  if (width > 0) readRleBitPackedHybrid(reader, width, indexes, reader.view.byteLength - reader.offset);
  for (let i = 0; i < count; i++) empty[i] = dictionary[indexes[i]];
  return empty;
}

function unpack({ bytes, count }: LevelBytes, greatest: number): Uint8Array {
  const levels = new Uint8Array(count);
  readRleBitPackedHybrid(readerOf(bytes), 32 - Math.clz32(greatest), levels, bytes.length);
  return levels;
}

/** The way for a page with lists that are null or empty, or have elements that are null. */
function expand(
  repetitions: Uint8Array,
  definitions: Uint8Array,
  levels: ListLevels,
  read: (count: number) => Floats,
): ListPage {
  let there = 0;
  for (const level of definitions) if (level === levels.value) there++;
  const found = read(there);
  const values = new Float64Array(definitions.length);
  const lengths: number[] = [];
  const nulls = new Set<number>();
  let leading = 0;
  let at = 0;
  let used = 0;
  for (let i = 0; i < definitions.length; i++) {
    const level = definitions[i];
    if (repetitions[i] === 0) lengths.push(0);
    if (level < levels.list) nulls.add(lengths.length - 1);
    if (level < levels.element) continue;
    values[used++] = level === levels.value ? found[at++] : Number.NaN;
    if (lengths.length === 0) leading++;
    else lengths[lengths.length - 1]++;
  }
  return { values: values.subarray(0, used), leading, lengths, nulls };
}
