import type { RowLocation } from "../errors/row-location.js";

/** Our names for what a row holds, whatever its columns are called. */
export type RowField =
  | "id"
  | "dataset"
  | "prompt"
  | "model"
  | "score"
  | "cost"
  | "scores"
  | "costs"
  | "tokens"
  | "inputTokens"
  | "outputTokens"
  | "propensity"
  | "propensities";

/** The column that holds a field, for inputs that name it their own way: `{prompt: "question", score: "correct"}`. */
export type ColumnNames = { readonly [field in RowField]?: string };

/** Where a value stands, and how its input writes numbers. */
export interface ValueOrigin extends RowLocation {
  /** Every value is text (CSV), so that numbers come as their digits. */
  textual: boolean;
}

/** One record as a reader found it: named fields, nothing checked. */
export interface RawRecord extends ValueOrigin {
  /** A map, so that a column named `__proto__` is a column like any other. */
  fields: ReadonlyMap<string, unknown>;
  /** Every record of the input has these columns (CSV, Parquet); a JSON object may leave out what it does not know. */
  uniform: boolean;
}
