import type { PromptRow } from "../rows/prompt-row.js";
import { abortable } from "./abortable.js";
import { decompress } from "./decompress.js";
import { parseRecords, type ReadRowsOptions } from "./parse-records.js";
import { readCsv } from "./read-csv.js";
import { readJsonLines } from "./read-json-lines.js";
import { checkFormat, type RowFormat } from "./row-format.js";
import { toBytes } from "./to-bytes.js";

/** The formats that can be read from front to back; Parquet begins at its end and needs a file. */
export type StreamFormat = Exclude<RowFormat, "parquet">;

const streamFormats: readonly StreamFormat[] = ["jsonl", "csv"];

export interface ReadRowsFromStreamOptions extends ReadRowsOptions {
  /** What errors call the input; "stream" unless given. */
  name?: string | undefined;
}

/**
 * Streams the rows of anything that yields bytes or text: stdin, a response body, a test's array of strings. Gzip is
 * recognised by its first bytes.
 *
 * @throws RowSchemaError and OneheadError "row-format" and "aborted", as `openRows` does; a failing source's own error; "invalid-argument" for
 *   another format, at once
 */
export function readRowsFromStream(
  chunks: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
  format: StreamFormat,
  options: ReadRowsFromStreamOptions = {},
): AsyncGenerator<PromptRow> {
  const operation = "readRowsFromStream";
  checkFormat(format, streamFormats, operation);
  const name = options.name ?? "stream";
  return parseTextRows(toBytes(chunks, operation, name), format, operation, name, options);
}

/** Bytes to rows, for a text format. */
export function parseTextRows(
  chunks: AsyncIterable<Uint8Array>,
  format: StreamFormat,
  operation: string,
  name: string,
  options: ReadRowsOptions,
): AsyncGenerator<PromptRow> {
  const bytes = decompress(abortable(chunks, options.signal, operation), operation, name);
  const read = { csv: readCsv, jsonl: readJsonLines }[format];
  return parseRecords(read(bytes, operation, name), operation, name, options);
}
