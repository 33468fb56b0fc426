import { createReadStream } from "node:fs";
import { ioError } from "../errors/io-error.js";
import type { PromptRow } from "../rows/prompt-row.js";
import { parseRecords, type ReadRowsOptions } from "./parse-records.js";
import { parseTextRows } from "./read-rows-from-stream.js";
import { checkFormat, formatOfPath, type RowFormat, rowFormats } from "./row-format.js";

export interface OpenRowsOptions extends ReadRowsOptions {
  /** Taken from the file's name unless given. */
  format?: RowFormat | undefined;
}

/**
 * Streams the rows of a file: JSON Lines or CSV, plain or gzip, or Parquet (one row group in memory at a time).
 *
 * Nothing is opened before the first row is asked for, and everything is closed when the loop over it ends, however it
 * ends. Rows come as they are read, so a file that is cut gives its good rows before its error.
 *
 * @throws RowSchemaError naming file, line and field of the first row that breaks the schema
 * @throws OneheadError "row-format" for bytes that are not the format, a cut or damaged file and one without rows; "io"
 *   where the file cannot be read; "aborted"; "invalid-argument" for a name that says no format
 */
export async function* openRows(path: string, options: OpenRowsOptions = {}): AsyncGenerator<PromptRow> {
  const operation = "openRows";
  const format = options.format ?? formatOfPath(path);
  checkFormat(format, rowFormats, operation);
  if (format === "parquet") {
    // 45 ms of modules that no other format needs, nor who imports this package for something else
    const { readParquet } = await import("./read-parquet.js");
    yield* parseRecords(readParquet(path, operation, options.signal), operation, path, options);
  } else {
    yield* parseTextRows(readBytes(path, operation), format, operation, path, options);
  }
}

async function* readBytes(path: string, operation: string): AsyncGenerator<Uint8Array> {
  const stream = createReadStream(path);
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (error) {
    throw ioError(operation, path, error);
  } finally {
    stream.destroy();
  }
}
