// The same entry point for workerd: the table stays a binary module of its own, which deploys as it is instead of as base64.
import type { Backend } from "@onehead/core";
import bytes from "../tables/static-english.bin";
import { StaticTable } from "./static/static-table.js";

let table: StaticTable | undefined;

/** See static-english.ts. There a bundler gives the bytes as Uint8Array, here the runtime gives an ArrayBuffer. */
export function staticEnglish(backend?: Backend): StaticTable {
  table ??= StaticTable.fromBytes(new Uint8Array(bytes), backend);
  return table;
}
