import { Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { quoteName } from "../errors/describe-value.js";
import { rowFormatError } from "../errors/row-format-error.js";
import type { RowLocation } from "../errors/row-location.js";
import type { RawRecord } from "./raw-record.js";
import { readLines } from "./read-lines.js";

/** A quote that is never closed makes the rest of the file one record; that must not be gathered for ever. */
const maxRecordLength = 256 * 1024 * 1024;

/** Characters handed to the parser at once: one record a call takes 1.8 times as long. */
const batchTarget = 32 * 1024;

const problems: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: "a quoted cell is not closed, expected a closing quote",
  CSV_INVALID_CLOSING_QUOTE: "text follows a closing quote, expected a comma or the end of the line",
  INVALID_OPENING_QUOTE: "a quote stands within a cell, expected the whole cell quoted and its quotes doubled",
};

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
  // csv-parse counts lines wrongly where a quoted cell holds CR LF: records are numbered as they go in
  const startLines: number[] = [];
  const parser = parse({ relax_column_count: true, record_delimiter: ["\r\n", "\n"] });
  const texts = Readable.from(toWholeRecords(chunks, startLines, operation, file));
  texts.on("error", (error) => parser.destroy(error));
  texts.pipe(parser);
  let header: string[] | undefined;
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      const location: RowLocation = { operation, file, line: startLines.shift()!, unit: "line" };
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
      yield { ...location, fields, textual: true };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const location: RowLocation = { operation, file, line: startLines[0], unit: "line" };
    throw rowFormatError(location, problems[error.code] ?? `record is not CSV (${error.code}), expected RFC 4180`);
  } finally {
    texts.destroy();
    parser.destroy();
  }
}

/**
 * Passes whole records on, some tens of kilobytes at a time, and notes the line that each begins on. A record ends with
 * the first line up to which its quotes are even in number, doubled ones included; blank lines are dropped.
 */
async function* toWholeRecords(
  chunks: AsyncIterable<Uint8Array>,
  startLines: number[],
  operation: string,
  file: string,
): AsyncGenerator<string> {
  let batch: string[] = [];
  let batchLength = 0;
  let isQuoteOpen = false;
  let recordLength = 0;
  for await (const { text, line } of readLines(chunks, operation, file)) {
    if (!isQuoteOpen) {
      if (text.trim() === "") continue;
      startLines.push(line);
      recordLength = 0;
    }
    batch.push(text, "\n");
    batchLength += text.length + 1;
    recordLength += text.length + 1;
    for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) isQuoteOpen = !isQuoteOpen;
    if (recordLength > maxRecordLength) {
      const location: RowLocation = { operation, file, line: startLines[startLines.length - 1], unit: "line" };
      throw rowFormatError(
        location,
        `record is too long: ${recordLength} characters, expected up to ${maxRecordLength}`,
      );
    }
    if (isQuoteOpen || batchLength < batchTarget) continue;
    yield batch.join("");
    batch = [];
    batchLength = 0;
  }
  if (batch.length > 0) yield batch.join("");
}

function checkedHeader(names: string[], location: RowLocation): string[] {
  const twice = names.find((name, column) => names.indexOf(name) !== column);
  if (twice === undefined) return names;
  throw rowFormatError(location, `header has a column twice: ${quoteName(twice)}, expected each name once`);
}
