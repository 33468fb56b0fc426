export type { PromptRow } from "./rows/prompt-row.js";
export type { RowTable } from "./table/row-table.js";
