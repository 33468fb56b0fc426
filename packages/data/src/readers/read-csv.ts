import { CsvError, parse } from "csv-parse/sync";
import { rowFormatError } from "../errors/row-format-error.js";
import type { RowLocation } from "../errors/row-location.js";
import type { RawRecord } from "./raw-record.js";
import { readLines } from "./read-lines.js";

/** A quote that is never closed makes the rest of the file one record; that must not be gathered for ever. */
const maxRecordLength = 256 * 1024 * 1024;

/** Characters parsed at once; a call for each record takes twice as long. */
const batchTarget = 32 * 1024;

const problems: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: "a quoted cell is not closed, expected a closing quote",
  CSV_INVALID_CLOSING_QUOTE: "text follows a closing quote, expected a comma or the end of the line",
  INVALID_OPENING_QUOTE: "a quote stands within a cell, expected the whole cell quoted and its quotes doubled",
};

/** What a parser's code means, in our words: its own message quotes the record. */
export function csvProblem(code: string): string {
  return problems[code] ?? `record is not CSV: ${code}, expected RFC 4180`;
}

/** The text of one record, which may spread over lines, and the line it begins on. */
interface RecordText extends RowLocation {
  text: string;
}

/**
 * Records of CSV (RFC 4180): comma-separated, a header first, quoted cells may hold line breaks, blank lines skipped.
 *
 * A record's line is the one it begins on.
 *
 * @throws OneheadError "row-format" naming the line of a ragged record, a stray quote or a header with a name twice
 */
export async function* readCsv(
  chunks: AsyncIterable<Uint8Array>,
  operation: string,
  file: string,
): AsyncGenerator<RawRecord> {
  let header: string[] | undefined;
  for await (const batch of batchRecords(splitRecords(chunks, operation, file))) {
    for (const { cells, location } of parseBatch(batch)) {
      if (header === undefined) {
        header = checkedHeader(cells, location);
        continue;
      }
      if (cells.length !== header.length) {
        const expected = `expected ${header.length} as in the header`;
        throw rowFormatError(location, `row is ragged: ${cells.length} cells, ${expected}`);
      }
      const fields = new Map<string, unknown>();
      for (let column = 0; column < header.length; column++) fields.set(header[column], cells[column]);
      const { line, unit } = location;
      yield { operation, file, line, unit, fields, uniform: true, textual: true };
    }
  }
}

/** Joins lines to records: a record ends with the first line up to which its quotes are even in number. */
async function* splitRecords(
  chunks: AsyncIterable<Uint8Array>,
  operation: string,
  file: string,
): AsyncGenerator<RecordText> {
  let lines: string[] = [];
  let length = 0;
  let start = 0;
  let isQuoteOpen = false;
  for await (const { text, line } of readLines(chunks, operation, file)) {
    if (lines.length === 0) {
      if (text.trim() === "") continue;
      start = line;
    }
    lines.push(text, "\n");
    length += text.length + 1;
    if (length > maxRecordLength) {
      const expected = `expected at most ${maxRecordLength}, or a quote to close`;
      throw rowFormatError(
        { operation, file, line: start, unit: "line" },
        `record is over-long: ${length}, ${expected}`,
      );
    }
    for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) isQuoteOpen = !isQuoteOpen;
    if (isQuoteOpen) continue;
    yield { operation, file, line: start, unit: "line", text: lines.join("") };
    lines = [];
    length = 0;
  }
  if (lines.length > 0) yield { operation, file, line: start, unit: "line", text: lines.join("") };
}

async function* batchRecords(records: AsyncIterable<RecordText>): AsyncGenerator<RecordText[]> {
  let batch: RecordText[] = [];
  let length = 0;
  for await (const record of records) {
    batch.push(record);
    length += record.text.length;
    if (length < batchTarget) continue;
    yield batch;
    batch = [];
    length = 0;
  }
  if (batch.length > 0) yield batch;
}

/** The cells of each record; where one of them is no CSV, those before it come first. */
function* parseBatch(batch: RecordText[]): Generator<{ cells: string[]; location: RowLocation }> {
  const together = tryParse(batch.map(({ text }) => text).join(""));
  for (let index = 0; index < batch.length; index++) {
    const location = batch[index];
    const rows =
      Array.isArray(together) && together.length === batch.length ? [together[index]] : tryParse(location.text);
    if (!Array.isArray(rows) || rows.length !== 1) {
      const code = Array.isArray(rows) ? "two records" : rows.code;
      throw rowFormatError(location, csvProblem(code));
    }
    yield { cells: rows[0], location };
  }
}

/** The cells of each record of a text, or what is wrong with it. */
export function tryParse(text: string): string[][] | CsvError {
  try {
    return parse(text, { relax_column_count: true, record_delimiter: ["\r\n", "\n"] });
  } catch (error) {
    if (error instanceof CsvError) return error;
    throw error;
  }
}

/** @throws OneheadError "row-format" where a name comes twice */
export function checkedHeader(names: string[], location: RowLocation): string[] {
  const twice = names.find((name, column) => names.indexOf(name) !== column);
  if (twice === undefined) return names;
  // it may be a row of a file without a header, so it is not quoted
  const [first, second] = [names.indexOf(twice) + 1, names.lastIndexOf(twice) + 1];
  throw rowFormatError(location, `header has the same name in columns ${first} and ${second}, expected each name once`);
}
