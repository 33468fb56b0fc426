import { type FileHandle, open } from "node:fs/promises";
import { OneheadError } from "@onehead/core";
import { ioError } from "../errors/io-error.js";
import { checkFormat, formatOfPath, type RowFormat, rowFormats } from "../readers/row-format.js";
import { type ByteInput, fileInput, streamInput } from "./byte-input.js";
import { readCsvBlocks } from "./read-csv-blocks.js";
import { readJsonLineBlocks } from "./read-json-line-blocks.js";
import type { InputPosition, RowBlock, RowBlockOptions } from "./row-block.js";
import { scoringColumns } from "./scoring-columns.js";

export interface OpenRowBlocksOptions extends RowBlockOptions {
  /** Taken from a file's name unless given; a stream has none. */
  format?: RowFormat | undefined;
  /** What errors call the input: its path, or "stream", unless given. */
  name?: string | undefined;
}

/** Rows that are to be scored, in blocks. */
export interface RowBlocks {
  readonly format: RowFormat;
  /** Where the format says; null where it has to be read to be known. */
  readonly totalRows: number | null;
  /** Whether ids are whole numbers of at most 64 bits throughout, which is known before they are read. */
  readonly hasIntegerIds: boolean;
  /**
   * The blocks, from the start or from where a block ended; streams can be read once. Nothing is read ahead of the next block.
   *
   * A row that cannot be scored is a problem of its block, and the rows after it come as ever.
   *
   * @throws OneheadError "row-format" for bytes that are not the format, and columns that are missing; "io"; "aborted"
   */
  read(from?: InputPosition): AsyncGenerator<RowBlock>;
  close(): Promise<void>;
}

const operation = "openRowBlocks";
const beginning: InputPosition = { at: 0, place: 0 };

/**
 * Opens rows that are to be scored: an `id` if they have one, an `embedding` or a `prompt`, `inputTokens`. JSON Lines and CSV, plain or gzip,
 * from a file or a stream; Parquet from a file or an open one, in memory as far as one page of each column.
 *
 * @param source path, stream of bytes, or an open file, which `close` closes
 * @throws OneheadError "invalid-argument" for a name that says no format, or Parquet as a stream; as {@link RowBlocks.read}
 */
export async function openRowBlocks(
  source: string | AsyncIterable<Uint8Array> | FileHandle,
  options: OpenRowBlocksOptions,
): Promise<RowBlocks> {
  const { format: wanted, name, dimensions, columns, inputTokens, signal } = options;
  const { blockRows = 1024, boundaryRows = Number.POSITIVE_INFINITY } = options;
  const isPath = typeof source === "string";
  const isStream = !isPath && Symbol.asyncIterator in source;
  const format = wanted ?? (isPath ? formatOfPath(source) : missingFormat());
  checkFormat(format, rowFormats, operation);
  const called = name ?? (isPath ? source : "stream");
  const shared = { operation, dimensions, inputTokens, blockRows, boundaryRows };
  if (format === "parquet") {
    if (isStream)
      throw new OneheadError("invalid-argument", `${operation}: ${called}: a stream, expected a file of Parquet`);
    // 45 ms of modules that no other format needs
    const { ParquetBlocks } = await import("./read-parquet-blocks.js");
    const handle = isPath ? await openFile(source) : source;
    try {
      const blocks = await ParquetBlocks.open(handle, { ...shared, name: called, columns, signal });
      return {
        format,
        totalRows: blocks.rows,
        hasIntegerIds: blocks.hasIntegerIds,
        read: (from = beginning) => blocks.read(from),
        close: () => handle.close(),
      };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }
  const input: ByteInput = isPath
    ? fileInput(source, operation, signal)
    : streamInput(isStream ? source : source.createReadStream({ autoClose: false }), called, operation, signal);
  return {
    format,
    totalRows: null,
    hasIntegerIds: false,
    read: (from = beginning) =>
      format === "csv"
        ? readCsvBlocks(input, from, { ...shared, columns })
        : readJsonLineBlocks(input, from, { ...shared, columns: scoringColumns(columns) }),
    close: async () => {
      if (!isPath && !isStream) await source.close();
    },
  };
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path);
  } catch (error) {
    throw ioError(operation, path, error);
  }
}

function missingFormat(): never {
  throw new OneheadError("invalid-argument", `${operation}: format: missing, expected jsonl, csv or parquet`);
}
