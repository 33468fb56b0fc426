import type { OneheadError } from "@onehead/core";

/** How an input writes the id of a row. */
export const idKinds = { text: 0, number: 1, none: 2 } as const;

/** Where an input goes on. */
export interface InputPosition {
  /** Bytes of text, unpacked, or rows of Parquet that lie before. */
  at: number;
  /** Lines of text, or rows of Parquet, that lie before. */
  place: number;
}

/** Consecutive rows that are to be scored, column by column. */
export interface RowBlock {
  /** R. */
  rows: number;
  /** (R) where each row stands, counted from 1: its line where the input is text, else its row. */
  places: Float64Array;
  /** (R) ids as the input writes them, without quotes; the place of a row that has none. */
  ids: string[];
  /** (R) of {@link idKinds}. */
  idKinds: Uint8Array;
  /** (R, D) finite; zeros where a row has a prompt instead, or a problem. */
  embeddings: Float32Array;
  /** (R) finite, at least 0; estimated from the prompt where the row does not say. */
  inputTokens: Float64Array;
  /** (R) prompts of the rows that have no embedding; null where all have one. */
  prompts: Array<string | undefined> | null;
  /** Why a row cannot be scored, by its place in the block. */
  problems: Map<number, OneheadError>;
  /** Where the input goes on after this block. */
  end: InputPosition;
}

/** The columns that a row to be scored can have. */
export type ScoringField = "id" | "embedding" | "prompt" | "inputTokens";

export const scoringFields: readonly ScoringField[] = ["id", "embedding", "prompt", "inputTokens"];

/** The name of each field's column. */
export type ScoringColumns = Readonly<Record<ScoringField, string>>;

/** What readers of every format need to know. */
export interface RowBlockOptions {
  /** D, of the router's embeddings. */
  dimensions: number;
  /** Columns that go by other names than ours. */
  columns?: Partial<ScoringColumns> | undefined;
  /** Tokens of rows that do not say; without it they are estimated from the prompt. */
  inputTokens?: number | undefined;
  /** The most rows of a block. Default 1024. */
  blockRows?: number | undefined;
  /** No block spans a multiple of so many rows, counted from where reading begins. */
  boundaryRows?: number | undefined;
  /** Ends reading with an "aborted" error. */
  signal?: AbortSignal | undefined;
}
