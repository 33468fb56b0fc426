import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

// the parser is a dependency of @onehead/data, and scripts have no package of their own
const { parse } = createRequire(new URL("../../packages/data/package.json", import.meta.url))("csv-parse/sync");

/** Records of a small CSV file with a header, as objects of text. @returns {Record<string, string>[]} */
export function readCsvFile(path) {
  return parse(readFileSync(path), { columns: true, bom: true });
}
