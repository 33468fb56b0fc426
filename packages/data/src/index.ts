export { type OpenRowBlocksOptions, openRowBlocks, type RowBlocks } from "./blocks/open-row-blocks.js";
export {
  type InputPosition,
  idKinds,
  type RowBlock,
  type RowBlockOptions,
  type ScoringColumns,
  type ScoringField,
  scoringFields,
} from "./blocks/row-block.js";
export type { RowLocation } from "./errors/row-location.js";
export { RowSchemaError } from "./errors/row-schema-error.js";
export type { RowForm } from "./forms/row-form.js";
export { type OpenRowsOptions, openRows } from "./readers/open-rows.js";
export type { ReadRowsOptions } from "./readers/parse-records.js";
export type { ColumnNames, RowField } from "./readers/raw-record.js";
export { type ByteLine, splitLines } from "./readers/read-lines.js";
export {
  type ReadRowsFromStreamOptions,
  readRowsFromStream,
  type StreamFormat,
} from "./readers/read-rows-from-stream.js";
export type { RowFormat } from "./readers/row-format.js";
export type { PromptRow } from "./rows/prompt-row.js";
export { toJsonLine } from "./rows/to-json-line.js";
export { normalizePrompt, promptHash } from "./split/normalize-prompt.js";
export { type SplitOptions, type SplitPart, splitOf } from "./split/split-of.js";
export { splitTable, type TableSplit } from "./split/split-table.js";
export { type BuildRowTableOptions, buildRowTable } from "./table/build-row-table.js";
export { type MaskRowsOptions, maskRows } from "./table/mask-rows.js";
export type { RowTable } from "./table/row-table.js";
export { selectModels } from "./table/select-models.js";
export { selectRows } from "./table/select-rows.js";
export { toPromptRows } from "./table/to-prompt-rows.js";
