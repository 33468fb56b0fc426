import type { Backend } from "@onehead/core";
import bytes from "../tables/static-english.bin";
import { StaticTable } from "./static/static-table.js";

let table: StaticTable | undefined;

/**
 * 20,000 English words × 64 dimensions, distilled from the Universal Sentence Encoder lite: 1.4 MB, no dependency, read at
 * the first call. `pnpm --filter @onehead/embed build:static-english` makes it again; its notice is in NOTICE.
 *
 * @param backend kernels that read it then: `jsBackend` when left out, those of WebAssembly in a third of the time
 */
export function staticEnglish(backend?: Backend): StaticTable {
  table ??= StaticTable.fromBytes(bytes, backend);
  return table;
}
