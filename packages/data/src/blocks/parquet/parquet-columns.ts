import { Buffer, isUtf8 } from "node:buffer";
import type { FileHandle } from "node:fs/promises";
import type { ColumnMetaData, SchemaTree } from "hyparquet";
import { DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import type { ColumnDecoder } from "hyparquet/src/types.js";
import { compressors } from "hyparquet-compressors";
import { quoteName } from "../../errors/describe-value.js";
import { rowFormatError } from "../../errors/row-format-error.js";
import type { ScoringField } from "../row-block.js";
import { BinaryEmbeddings } from "./binary-embeddings.js";
import { ColumnPages } from "./column-pages.js";
import type { EmbeddingColumn } from "./embedding-column.js";
import { ListEmbeddings } from "./list-embeddings.js";
import type { ListLevels } from "./list-page.js";
import { ScalarColumn } from "./scalar-column.js";

/** In place of text whose bytes are not UTF-8. */
export const notUtf8: unique symbol = Symbol("not UTF-8");

const parsers = {
  ...DEFAULT_PARSERS,
  stringFromBytes: (bytes: Uint8Array | undefined): unknown => {
    if (bytes === undefined) return undefined;
    const { buffer, byteOffset, byteLength } = bytes;
    return isUtf8(bytes) ? Buffer.from(buffer, byteOffset, byteLength).toString("utf8") : notUtf8;
  },
};

/** How a column's values are read. */
type ColumnKind = "text" | "integer" | "number" | "bytes" | "list";

/** A column of a file, before its row groups. */
export interface ParquetColumn {
  field: ScoringField;
  kind: ColumnKind;
  /** From the root of the schema to the leaf. */
  path: SchemaTree[];
}

const expectedKinds: Readonly<Record<ScoringField, readonly ColumnKind[]>> = {
  id: ["text", "integer"],
  embedding: ["list", "bytes"],
  prompt: ["text"],
  inputTokens: ["integer", "number"],
};

const expectedWords: Readonly<Record<ScoringField, string>> = {
  id: "text or integers",
  embedding: "lists of float or double, or bytes of float32",
  prompt: "text",
  inputTokens: "numbers",
};

/**
 * How a field's column is read.
 *
 * @param dimensions D, which bytes of a fixed length have to hold
 * @throws OneheadError "row-format" naming the column for a type that the field cannot be of
 */
export function parquetColumn(
  field: ScoringField,
  root: SchemaTree,
  child: SchemaTree,
  dimensions: number,
  where: string,
): ParquetColumn {
  const path = [root, child];
  for (let node = child; node.children.length > 0; node = node.children[0]) {
    // more than one leaf is no list of numbers
    if (node.children.length > 1) break;
    path.push(node.children[0]);
  }
  const kind = kindOf(path, field);
  const name = quoteName(child.element.name);
  if (kind === null || !expectedKinds[field].includes(kind)) {
    throw rowFormatError(where, `column ${name}: ${describeType(path)}, expected ${expectedWords[field]}`);
  }
  const { type_length: length } = path[path.length - 1].element;
  if (kind === "bytes" && length !== undefined && length > 0 && length !== 4 * dimensions) {
    throw rowFormatError(where, `column ${name}: ${length} bytes, expected ${4 * dimensions}, ${dimensions} float32`);
  }
  return { field, kind, path };
}

/** Whether a column's values are whole numbers that a signed number of 64 bits holds. */
export function isSigned64({ kind, path }: ParquetColumn): boolean {
  const { converted_type: converted, logical_type: logical } = path[path.length - 1].element;
  const isUnsigned64 =
    converted === "UINT_64" || (logical?.type === "INTEGER" && !logical.isSigned && logical.bitWidth === 64);
  return kind === "integer" && !isUnsigned64;
}

/** Opens a column of one row group. */
export function openColumn(handle: FileHandle, { kind, path }: ParquetColumn, metadata: ColumnMetaData): ScalarColumn {
  const decoder = decoderOf(path, metadata, kind);
  return new ScalarColumn(pagesOf(handle, decoder, metadata), decoder);
}

/** Opens the embeddings of one row group. */
export function openEmbeddings(
  handle: FileHandle,
  column: ParquetColumn,
  metadata: ColumnMetaData,
  dimensions: number,
): EmbeddingColumn {
  if (column.kind === "bytes") return new BinaryEmbeddings(openColumn(handle, column, metadata), dimensions);
  const decoder = decoderOf(column.path, metadata, column.kind);
  return new ListEmbeddings(pagesOf(handle, decoder, metadata), decoder, listLevels(column.path), dimensions);
}

/** The metadata of a column in a row group. */
export function metadataOf(
  columns: ReadonlyArray<{ meta_data?: ColumnMetaData }>,
  { path }: ParquetColumn,
): ColumnMetaData {
  const name = JSON.stringify(path[path.length - 1].path);
  const found = columns.find(({ meta_data }) => JSON.stringify(meta_data?.path_in_schema) === name)?.meta_data;
  if (found === undefined) throw new Error("a row group lacks a column");
  return found;
}

function pagesOf(handle: FileHandle, decoder: ColumnDecoder, metadata: ColumnMetaData): ColumnPages {
  const { dictionary_page_offset: dictionary, data_page_offset: data, total_compressed_size: size } = metadata;
  const startByte = Number(dictionary !== undefined && dictionary > 0n && dictionary < data ? dictionary : data);
  return new ColumnPages(handle, {
    decoder,
    startByte,
    endByte: startByte + Number(size),
    values: Number(metadata.num_values),
  });
}

function decoderOf(path: SchemaTree[], metadata: ColumnMetaData, kind: ColumnKind): ColumnDecoder {
  return {
    pathInSchema: metadata.path_in_schema,
    schemaPath: path,
    element: path[path.length - 1].element,
    type: metadata.type,
    codec: metadata.codec,
    compressors,
    parsers,
    utf8: kind !== "bytes",
  } as ColumnDecoder;
}

function kindOf(path: readonly SchemaTree[], field: ScoringField): ColumnKind | null {
  const { element, children } = path[path.length - 1];
  if (children.length > 0) return null;
  const { type } = element;
  const repeated = path.filter((node) => node.element.repetition_type === "REPEATED").length;
  if (repeated > 0) return repeated === 1 && (type === "FLOAT" || type === "DOUBLE") ? "list" : null;
  if (path.length > 2) return null;
  const logical = element.logical_type?.type ?? element.converted_type ?? null;
  if (type === "FLOAT" || type === "DOUBLE") return "number";
  if (type === "INT32" || type === "INT64")
    return logical === null || /^U?INT(EGER|_)/.test(logical) ? "integer" : null;
  if (type === "FIXED_LEN_BYTE_ARRAY") return logical === null ? "bytes" : logical === "UUID" ? "text" : null;
  if (type !== "BYTE_ARRAY") return null;
  if (logical === null) return field === "embedding" ? "bytes" : "text";
  return logical === "STRING" || logical === "UTF8" || logical === "ENUM" ? "text" : null;
}

function describeType(path: readonly SchemaTree[]): string {
  const { element } = path[path.length - 1];
  const logical = element.logical_type?.type ?? element.converted_type;
  const own = `${element.type ?? "a group"}${logical === undefined ? "" : ` (${logical})`}`;
  return path.length > 2 ? `a group of ${own}` : own;
}

/** Levels are counted from the root: one more for every node that may be missing, or come more than once. */
function listLevels(path: readonly SchemaTree[]): ListLevels {
  const levels: ListLevels = { value: 0, element: 0, list: 0 };
  for (const { element } of path.slice(1)) {
    if (element.repetition_type === "REPEATED") {
      levels.list = levels.value;
      levels.element = levels.value + 1;
    }
    if (element.repetition_type !== "REQUIRED") levels.value++;
  }
  return levels;
}
