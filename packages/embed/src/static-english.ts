import bytes from "../tables/static-english.bin";
import { StaticTable } from "./static/static-table.js";

let table: StaticTable | undefined;

/**
 * 20,000 English words × 64 dimensions, distilled from the Universal Sentence Encoder lite: 1.4 MB, no dependency, read at
 * the first call. `pnpm --filter @onehead/embed build:static-english` makes it again; its notice is in NOTICE.
 */
export function staticEnglish(): StaticTable {
  table ??= StaticTable.fromBytes(bytes);
  return table;
}
