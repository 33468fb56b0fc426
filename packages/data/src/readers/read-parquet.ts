import { open } from "node:fs/promises";
import { OneheadError } from "@onehead/core";
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetRead } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { decoded, toAsyncBuffer } from "../blocks/parquet/parquet-handle.js";
import { ioError } from "../errors/io-error.js";
import { rowFormatError } from "../errors/row-format-error.js";
import { isRouterBenchAnswer } from "../forms/router-bench-form.js";
import { topLevelColumns } from "./parquet-layout.js";
import type { RawRecord } from "./raw-record.js";

/** A row group is decoded whole; beyond this many rows it is a damaged count, not a log of prompts. */
const maxGroupRows = 10_000_000;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Refuses bytes that are not UTF-8, which hyparquet's own parser would replace. */
const parsers = { stringFromBytes: (bytes: Uint8Array | undefined) => bytes && utf8.decode(bytes) };

/**
 * Records of a Parquet file, one row group in memory at a time, whatever its compression.
 *
 * RouterBench's answers are not read (most of such a file); their columns are still named, so that the models are.
 *
 * @throws OneheadError "row-format" on a file that is cut, damaged or no Parquet; "io"; "aborted" between row groups
 */
export async function* readParquet(
  path: string,
  operation: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<RawRecord> {
  const handle = await open(path).catch((error: unknown) => {
    throw ioError(operation, path, error);
  });
  try {
    const file = await toAsyncBuffer(handle, operation, path);
    const { metadata, names } = await decoded(readMetadata(file), operation, path);
    const columns = names.filter((name) => !isRouterBenchAnswer(name));
    const skipped = names.filter(isRouterBenchAnswer);
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      if (signal?.aborted) throw new OneheadError("aborted", `${operation}: aborted`, { cause: signal.reason });
      const rowEnd = rowStart + checkedRowCount(group.num_rows, operation, path);
      const rows = await decoded(readGroup({ file, metadata, columns, rowStart, rowEnd }), operation, path);
      for (let row = 0; row < rows.length; row++) {
        const fields = new Map<string, unknown>();
        for (let column = 0; column < columns.length; column++) fields.set(columns[column], rows[row][column]);
        for (const name of skipped) fields.set(name, undefined);
        yield { operation, file: path, line: rowStart + row + 1, unit: "row", fields, uniform: true, textual: false };
      }
      rowStart = rowEnd;
    }
  } finally {
    await handle.close();
  }
}

async function readMetadata(file: AsyncBuffer): Promise<{ metadata: FileMetaData; names: string[] }> {
  const metadata = await parquetMetadataAsync(file, { parsers, geoparquet: false });
  return { metadata, names: topLevelColumns(metadata) };
}

interface GroupRange {
  file: AsyncBuffer;
  metadata: FileMetaData;
  columns: string[];
  rowStart: number;
  rowEnd: number;
}

function readGroup(range: GroupRange): Promise<unknown[][]> {
  return new Promise((resolve, reject) => {
    parquetRead({ ...range, compressors, parsers, rowFormat: "array", onComplete: resolve }).catch(reject);
  });
}

function checkedRowCount(rows: bigint, operation: string, path: string): number {
  if (rows >= 0n && rows <= BigInt(maxGroupRows)) return Number(rows);
  throw rowFormatError(`${operation}: ${path}`, `row group has ${rows} rows, expected 0 to ${maxGroupRows}`);
}
