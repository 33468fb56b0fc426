import type { FileHandle } from "node:fs/promises";
import { estimateTokens, OneheadError } from "@onehead/core";
import { type FileMetaData, parquetMetadataAsync, parquetSchema, type RowGroup } from "hyparquet";
import { describeValue } from "../errors/describe-value.js";
import { rowFormatError } from "../errors/row-format-error.js";
import { topLevelColumns } from "../readers/parquet-layout.js";
import { isCount } from "./block-builder.js";
import type { EmbeddingColumn, EmbeddingProblems } from "./parquet/embedding-column.js";
import {
  isSigned64,
  metadataOf,
  notUtf8,
  openColumn,
  openEmbeddings,
  type ParquetColumn,
  parquetColumn,
} from "./parquet/parquet-columns.js";
import { decoded, toAsyncBuffer } from "./parquet/parquet-handle.js";
import type { ScalarColumn } from "./parquet/scalar-column.js";
import { type InputPosition, idKinds, type RowBlock, type ScoringColumns, type ScoringField } from "./row-block.js";
import { findScoringColumns } from "./scoring-columns.js";

/** A row group's count beyond this is a damaged one. */
const maxGroupRows = 2 ** 40;

export interface ParquetBlockOptions {
  operation: string;
  name: string;
  dimensions: number;
  columns: Partial<ScoringColumns> | undefined;
  inputTokens: number | undefined;
  blockRows: number;
  boundaryRows: number;
  signal: AbortSignal | undefined;
}

/** A Parquet file whose rows are read page by page: one window of each column is in memory, whatever the size of a row group. */
export class ParquetBlocks {
  readonly rows: number;
  readonly hasIntegerIds: boolean;
  readonly #handle: FileHandle;
  readonly #options: ParquetBlockOptions;
  readonly #groups: readonly RowGroup[];
  readonly #columns: Partial<Record<ScoringField, ParquetColumn>> = {};

  /** @throws OneheadError "row-format" for a file that is no Parquet, is damaged or lacks the columns; "io" */
  static async open(handle: FileHandle, options: ParquetBlockOptions): Promise<ParquetBlocks> {
    const { operation, name } = options;
    const file = await toAsyncBuffer(handle, operation, name);
    const read = async (): Promise<FileMetaData> => {
      const metadata = await parquetMetadataAsync(file, { geoparquet: false });
      topLevelColumns(metadata);
      return metadata;
    };
    return new ParquetBlocks(handle, await decoded(read(), operation, name), options);
  }

  private constructor(handle: FileHandle, metadata: FileMetaData, options: ParquetBlockOptions) {
    const where = `${options.operation}: ${options.name}`;
    this.#handle = handle;
    this.#options = options;
    this.#groups = metadata.row_groups;
    this.rows = metadata.row_groups.reduce((sum, { num_rows: rows }) => {
      if (rows >= 0n && rows <= BigInt(maxGroupRows)) return sum + Number(rows);
      throw rowFormatError(where, `row group has ${rows} rows, expected 0 to ${maxGroupRows}`);
    }, 0);
    const root = parquetSchema(metadata);
    const names = root.children.map(({ element }) => element.name);
    const found = findScoringColumns(names, options.columns, where);
    // a prompt beside an embedding is read for its tokens, or where an embedding is missing
    for (const field of ["id", "embedding", "prompt", "inputTokens"] as const) {
      if (found[field] === -1) continue;
      this.#columns[field] = parquetColumn(field, root, root.children[found[field]], options.dimensions, where);
    }
    this.hasIntegerIds = this.#columns.id === undefined || isSigned64(this.#columns.id);
  }

  async *read(from: InputPosition): AsyncGenerator<RowBlock> {
    const { operation, name, blockRows, boundaryRows, signal } = this.#options;
    let start = 0;
    for (const group of this.#groups) {
      const end = start + Number(group.num_rows);
      if (end > from.at) {
        const columns = await decoded(this.#open(group), operation, name);
        for (let row = start; row < end; ) {
          if (signal?.aborted) throw new OneheadError("aborted", `${operation}: aborted`, { cause: signal.reason });
          // up to where it goes on, then from there
          const limit = row < from.at ? Math.min(end, from.at) : end;
          const toBoundary = row < from.at ? blockRows : boundaryRows - ((row - from.at) % boundaryRows);
          const rows = Math.min(blockRows, toBoundary, limit - row);
          const block = await decoded(columns.take(row, rows), operation, name);
          row += rows;
          if (row > from.at) yield block;
        }
      }
      start = end;
    }
  }

  async #open({ columns }: RowGroup): Promise<GroupColumns> {
    const scalar = (field: ScoringField): ScalarColumn | null => {
      const column = this.#columns[field];
      return column === undefined ? null : openColumn(this.#handle, column, metadataOf(columns, column));
    };
    const { embedding } = this.#columns;
    const { dimensions, inputTokens } = this.#options;
    return new GroupColumns({
      id: scalar("id"),
      prompt: scalar("prompt"),
      inputTokens: scalar("inputTokens"),
      embedding:
        embedding === undefined
          ? null
          : openEmbeddings(this.#handle, embedding, metadataOf(columns, embedding), dimensions),
      idKind: this.#columns.id?.kind === "integer" ? idKinds.number : idKinds.text,
      dimensions,
      defaultTokens: inputTokens,
    });
  }
}

interface GroupParts {
  id: ScalarColumn | null;
  prompt: ScalarColumn | null;
  inputTokens: ScalarColumn | null;
  embedding: EmbeddingColumn | null;
  idKind: number;
  dimensions: number;
  defaultTokens: number | undefined;
}

/** The columns of one row group, side by side. */
class GroupColumns {
  readonly #parts: GroupParts;

  constructor(parts: GroupParts) {
    this.#parts = parts;
  }

  /** @param start rows of the file before the block */
  async take(start: number, rows: number): Promise<RowBlock> {
    const { id, prompt, inputTokens, embedding, idKind, dimensions } = this.#parts;
    const embeddings = new Float32Array(rows * dimensions);
    const missing: EmbeddingProblems | null = embedding === null ? null : await embedding.take(rows, embeddings);
    const [ids, prompts, tokens] = [await id?.take(rows), await prompt?.take(rows), await inputTokens?.take(rows)];
    const block: RowBlock = {
      rows,
      places: new Float64Array(rows),
      ids: [],
      idKinds: new Uint8Array(rows).fill(idKind),
      embeddings,
      inputTokens: new Float64Array(rows),
      prompts: null,
      problems: new Map(),
      end: { at: start + rows, place: start + rows },
    };
    for (let row = 0; row < rows; row++) {
      const place = start + row + 1;
      block.places[row] = place;
      const idOf = ids?.[row] ?? null;
      if (idOf === null || idOf === notUtf8) block.idKinds[row] = idKinds.none;
      block.ids.push(idOf === null || idOf === notUtf8 ? String(place) : String(idOf));
      const problem =
        (idOf === notUtf8 ? "id: not UTF-8, expected text" : null) ??
        this.#problemOf(block, row, missing, prompts?.[row], tokens?.[row]);
      if (problem === null) continue;
      block.problems.set(row, new OneheadError("row-schema", `row ${place}: ${problem}`));
      block.inputTokens[row] = 0;
      embeddings.fill(0, row * dimensions, (row + 1) * dimensions);
    }
    if (block.prompts !== null) block.prompts.length = rows;
    return block;
  }

  /** Takes a row's tokens, and its prompt where it has no embedding. @returns what is wrong */
  #problemOf(
    block: RowBlock,
    row: number,
    missing: EmbeddingProblems | null,
    prompt: unknown,
    given: unknown,
  ): string | null {
    const embedding = missing === null ? null : missing.get(row);
    if (typeof embedding === "string") return embedding;
    const isText = typeof prompt === "string";
    if (embedding === null) {
      if (prompt === notUtf8) return "prompt: not UTF-8, expected text";
      if (!isText) return "embedding and prompt: missing, expected one of them";
      if (prompt === "") return "prompt: empty, expected text";
    }
    const own = typeof given === "bigint" ? Number(given) : given;
    const tokens = own ?? this.#parts.defaultTokens ?? (isText ? estimateTokens(prompt) : undefined);
    if (tokens === undefined) return "inputTokens: missing, expected a count beside an embedding";
    if (!isCount(tokens)) return `inputTokens: ${describeValue(tokens)}, expected a number of at least 0`;
    block.inputTokens[row] = tokens;
    if (embedding === null && isText) {
      block.prompts ??= [];
      block.prompts[row] = prompt;
    }
    return null;
  }
}
