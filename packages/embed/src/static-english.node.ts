// The same entry point for Node and what reads packages as it does (condition `node-addons`, which bundlers leave alone): the table is read from the
// file beside this one, in a twentieth of the time that its base64 takes.
import { readFileSync } from "node:fs";
import type { Backend } from "@onehead/core";
import { StaticTable } from "./static/static-table.js";

let table: StaticTable | undefined;

/** See static-english.ts. */
export function staticEnglish(backend?: Backend): StaticTable {
  table ??= StaticTable.fromBytes(readFileSync(new URL("./static-english.bin", import.meta.url)), backend);
  return table;
}
