import { type OpenRowsOptions, openRows, type PromptRow, type RowLocation, RowSchemaError } from "@onehead/data";
import { hasControl } from "../output/printable.js";

/**
 * Rows of a file whose models and tasks have names that can be printed: they stand in tables and reports.
 *
 * @throws as `openRows`; RowSchemaError naming file, line and field
 */
export async function* openNamedRows(path: string, options: OpenRowsOptions): AsyncGenerator<PromptRow> {
  let at: RowLocation = { operation: "openRows", file: path, line: 0, unit: "row" };
  const onRow = (location: RowLocation): void => {
    at = location;
    options.onRow?.(location);
  };
  for await (const row of openRows(path, { ...options, onRow })) {
    const models = [row.scores, row.costs, row.outputTokens ?? {}, row.propensities ?? {}].flatMap(Object.keys);
    for (const [field, names] of [
      ["model", models],
      ["dataset", [row.dataset ?? ""]],
    ] as const) {
      if (!names.some(hasControl)) continue;
      throw new RowSchemaError(at, field, "has a control character, expected a name that can be printed");
    }
    yield row;
  }
}
