import { OneheadError } from "@onehead/core";
import { type OpenRowsOptions, openRows, type PromptRow } from "@onehead/data";
import { hasControl } from "../output/printable.js";

/**
 * Rows of a file whose models and tasks have names that can be printed: they stand in tables and reports.
 *
 * @throws as `openRows`; OneheadError "invalid-argument" naming file, row and field
 */
export async function* openNamedRows(path: string, options: OpenRowsOptions): AsyncGenerator<PromptRow> {
  let number = 0;
  for await (const row of openRows(path, options)) {
    number++;
    const models = [...Object.keys(row.scores), ...Object.keys(row.costs)];
    for (const [field, names] of [
      ["model", models],
      ["dataset", [row.dataset ?? ""]],
    ] as const) {
      if (!names.some(hasControl)) continue;
      const what = `${field} has a control character, expected a name that can be printed`;
      throw new OneheadError("invalid-argument", `${path}: row ${number}: ${what}`);
    }
    yield row;
  }
}
