import { Buffer } from "node:buffer";
import { rowFormatError } from "../errors/row-format-error.js";
import { wholeLines } from "./whole-lines.js";

/** A quote that is never closed makes the rest of the file one record; that must not be gathered for ever. */
const maxRecordBytes = 256 * 1024 * 1024;

const quote = 0x22;
const lineFeed = 0x0a;

/** Bytes of one record, line feed included. */
export interface CsvRecord {
  bytes: Buffer;
  /** The line that it begins on, and where the input goes on after it. */
  place: number;
  end: { at: number; place: number };
}

/**
 * Records of CSV as runs of bytes: one ends with the first line up to which its quotes are even in number. Blank lines are skipped.
 *
 * @param from bytes and lines before the first chunk
 * @throws OneheadError "row-format" for a record beyond 256 MB
 */
export async function* csvRecords(
  chunks: AsyncIterable<Uint8Array>,
  from: { at: number; place: number },
  operation: string,
  name: string,
): AsyncGenerator<{ records: CsvRecord[]; isLull: boolean }> {
  let { at, place } = from;
  // of a record whose quote is open at the end of a run
  let open: Buffer[] = [];
  let openBytes = 0;
  let openPlace = 0;
  let isQuoted = false;
  for await (const { bytes, isLull } of wholeLines(chunks, operation, name)) {
    const records: CsvRecord[] = [];
    let begin = 0;
    // searched for once, not once a line
    let nextQuote = bytes.indexOf(quote);
    for (let start = 0; start < bytes.length; ) {
      const feed = bytes.indexOf(lineFeed, start);
      const end = feed === -1 ? bytes.length : feed + 1;
      place++;
      at += end - start;
      if (!isQuoted) {
        begin = start;
        openPlace = place;
      }
      for (; nextQuote !== -1 && nextQuote < end; nextQuote = bytes.indexOf(quote, nextQuote + 1)) isQuoted = !isQuoted;
      if (!isQuoted) {
        const own = bytes.subarray(begin, end);
        if (open.length > 0 || !isBlank(own)) {
          records.push({
            bytes: open.length === 0 ? own : Buffer.concat([...open, own]),
            place: openPlace,
            end: { at, place },
          });
        }
        open = [];
        openBytes = 0;
      }
      start = end;
    }
    if (isQuoted) {
      open.push(bytes.subarray(begin));
      openBytes += bytes.length - begin;
      begin = 0;
      if (openBytes > maxRecordBytes) {
        const problem = `record is over-long: ${openBytes} bytes, expected at most ${maxRecordBytes}, or a quote to close`;
        throw rowFormatError({ operation, file: name, line: openPlace, unit: "line" }, problem);
      }
    }
    yield { records, isLull };
  }
  if (open.length > 0) {
    yield { records: [{ bytes: Buffer.concat(open), place: openPlace, end: { at, place } }], isLull: true };
  }
}

function isBlank(bytes: Buffer): boolean {
  return (bytes.length === 0 || bytes[0] <= 0x20) && bytes.toString("latin1").trim() === "";
}
