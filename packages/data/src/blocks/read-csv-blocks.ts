import { isUtf8 } from "node:buffer";
import { rowFormatError } from "../errors/row-format-error.js";
import { checkedHeader, csvProblem, tryParse } from "../readers/read-csv.js";
import { BlockBuilder, type BuilderOptions } from "./block-builder.js";
import type { ByteInput } from "./byte-input.js";
import { type CsvRecord, csvRecords } from "./csv-records.js";
import { type InputPosition, idKinds, type RowBlock, type ScoringColumns, type ScoringField } from "./row-block.js";
import { findScoringColumns } from "./scoring-columns.js";
import { withoutMark } from "./whole-lines.js";

/** Records parsed at once; a call for each takes twice as long. */
const batchRecords = 64;

export interface CsvBlockOptions extends BuilderOptions {
  operation: string;
  columns: Partial<ScoringColumns> | undefined;
}

/**
 * Blocks of CSV (RFC 4180) with a header: embeddings are lists in JSON. A record that is none, or has too many or too few cells, is a
 * problem of its row.
 *
 * @throws OneheadError "row-format" for a header that cannot be read or lacks the columns
 */
export async function* readCsvBlocks(
  input: ByteInput,
  from: InputPosition,
  options: CsvBlockOptions,
): AsyncGenerator<RowBlock> {
  const { operation } = options;
  const builder = new BlockBuilder(options);
  let header = from.at > 0 && input.isFile ? await readHeader(input, options) : null;
  const start = header === null ? { at: 0, place: 0 } : from;
  let end = start;
  for await (const { records, isLull } of csvRecords(input.open(start.at), start, operation, input.name)) {
    let own = records;
    if (header === null && own.length > 0) {
      header = new CsvHeader(own[0], input.name, options);
      own = own.slice(1);
    }
    // of a stream that was read before
    if (end.at < from.at) own = own.filter((record) => record.end.at > from.at);
    for (let first = 0; first < own.length; first += batchRecords) {
      const batch = own.slice(first, first + batchRecords);
      const cells = parseBatch(batch);
      for (let i = 0; i < batch.length; i++) {
        (header as CsvHeader).add(builder, batch[i].place, cells[i]);
        end = batch[i].end;
        if (builder.isFull) yield builder.take(end) as RowBlock;
      }
    }
    const block = isLull ? builder.take(end) : null;
    if (block !== null) yield block;
  }
  if (header === null) throw rowFormatError(`${operation}: ${input.name}`, "is empty, expected a header");
  const block = builder.take(end);
  if (block !== null) yield block;
}

async function readHeader(input: ByteInput, options: CsvBlockOptions): Promise<CsvHeader> {
  for await (const { records } of csvRecords(input.open(0), { at: 0, place: 0 }, options.operation, input.name)) {
    if (records.length > 0) return new CsvHeader(records[0], input.name, options);
  }
  throw rowFormatError(`${options.operation}: ${input.name}`, "is empty, expected a header");
}

/** What stands in which column. */
class CsvHeader {
  readonly #cells: number;
  readonly #columns: Readonly<Record<ScoringField, number>>;

  constructor(record: CsvRecord, name: string, { operation, columns }: CsvBlockOptions) {
    const location = { operation, file: name, line: record.place, unit: "line" } as const;
    const [cells] = parseBatch([{ ...record, bytes: withoutMark(record.bytes) }]);
    if (typeof cells === "string") throw rowFormatError(location, cells);
    const names = checkedHeader(cells, location);
    this.#cells = names.length;
    this.#columns = findScoringColumns(names, columns, `${operation}: ${name}`);
  }

  /** @param cells or what is wrong with the record */
  add(builder: BlockBuilder, place: number, cells: string[] | string): void {
    if (typeof cells === "string" || cells.length !== this.#cells) {
      const expected = `expected ${this.#cells} as in the header`;
      const what = typeof cells === "string" ? cells : `row is ragged: ${cells.length} cells, ${expected}`;
      builder.addProblem(place, null, builder.problem("row-format", place, what));
      return;
    }
    const { id, embedding, prompt, inputTokens } = this.#columns;
    builder.add({
      place,
      id: id === -1 || cells[id] === "" ? null : { text: cells[id], kind: idKinds.text },
      embedding: cellValue(cells, embedding, parseList),
      prompt: cellValue(cells, prompt, (text) => text),
      inputTokens: cellValue(cells, inputTokens, parseCount),
    });
  }
}

/** The value of a cell; undefined where it is empty, or not there. */
function cellValue(cells: readonly string[], column: number, parse: (text: string) => unknown): unknown {
  return column === -1 || cells[column] === "" ? undefined : parse(cells[column]);
}

/** What is no list, or no number, stays text, which the checks of a row refuse. */
function parseList(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function parseCount(text: string): unknown {
  const count = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isNaN(count) ? text : count;
}

/** The cells of each record, or what is wrong with it. */
function parseBatch(batch: readonly CsvRecord[]): Array<string[] | string> {
  const texts = batch.map(({ bytes }) => (isUtf8(bytes) ? bytes.toString("utf8") : null));
  if (!texts.includes(null)) {
    const together = tryParse(texts.join(""));
    if (Array.isArray(together) && together.length === batch.length) return together;
  }
  return texts.map((text) => {
    if (text === null) return "not UTF-8";
    const rows = tryParse(text);
    if (!Array.isArray(rows)) return csvProblem(rows.code);
    return rows.length === 1 ? rows[0] : csvProblem("two records");
  });
}
