import { Readable } from "node:stream";
import { CsvError, type Info, parse } from "csv-parse";
import { quoteName } from "../errors/describe-value.js";
import { rowFormatError } from "../errors/row-format-error.js";
import type { RawRecord } from "./raw-record.js";
import { readLines } from "./read-lines.js";

const problems: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: "a quote is not closed, expected it closed before the file ends",
  CSV_INVALID_CLOSING_QUOTE: "text follows a closing quote, expected a comma or the line's end",
  INVALID_OPENING_QUOTE: "a quote opens within a cell, expected it at the cell's start",
  CSV_MAX_RECORD_SIZE: "record is too long, expected at most 256 Mi characters",
};

/**
 * Records of CSV (RFC 4180): comma-separated, a header first, quoted cells may hold line breaks, blank lines skipped.
 *
 * @throws OneheadError "row-format" naming the line of a ragged record, a stray quote or a header with a name twice
 */
export async function* readCsv(
  chunks: AsyncIterable<Uint8Array>,
  operation: string,
  file: string,
): AsyncGenerator<RawRecord> {
  const parser = parse({
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: 256 * 1024 * 1024,
  });
  const lines = Readable.from(toText(chunks, operation, file));
  lines.on("error", (error) => parser.destroy(error));
  lines.pipe(parser);
  let header: string[] | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      const location = { operation, file, line: info.lines, unit: "line" } as const;
      if (header === undefined) {
        header = record;
        const twice = header.find((name, column) => record.indexOf(name) !== column);
        if (twice === undefined) continue;
        throw rowFormatError(location, `header has a column twice: ${quoteName(twice)}, expected each name once`);
      }
      if (record.length !== header.length) {
        throw rowFormatError(
          location,
          `row is ragged: ${record.length} cells, expected ${header.length} as in the header`,
        );
      }
      const fields = new Map<string, unknown>();
      for (let column = 0; column < header.length; column++) fields.set(header[column], record[column]);
      yield { ...location, fields, textual: true };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error["lines"] === "number" ? error["lines"] : parser.info.lines;
    throw rowFormatError({ operation, file, line, unit: "line" }, problems[error.code] ?? `not CSV (${error.code})`);
  } finally {
    lines.destroy();
  }
}

async function* toText(chunks: AsyncIterable<Uint8Array>, operation: string, file: string): AsyncGenerator<string> {
  for await (const { text } of readLines(chunks, operation, file)) yield `${text}\n`;
}
