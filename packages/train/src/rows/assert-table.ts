import { OneheadError } from "@onehead/core";
import type { RowTable } from "@onehead/data";

type Column = "scores" | "costs" | "inputTokens" | "outputTokens";

/**
 * Refuses a table of a caller's own making that does not hold together: lengths, names, values.
 *
 * @throws OneheadError "invalid-argument" naming the field and the value
 */
export function assertTable(table: RowTable): void {
  if (typeof table !== "object" || table === null || !Array.isArray(table.ids) || !Array.isArray(table.models)) {
    throw new OneheadError("invalid-argument", "train: table: not a table of rows, expected what buildRowTable makes");
  }
  const R = table.ids.length;
  const N = table.models.length;
  const lengths = { prompts: R, datasets: R, inputTokens: R, scores: R * N, costs: R * N, outputTokens: R * N };
  for (const [field, length] of Object.entries(lengths)) {
    const found = table[field as keyof typeof lengths]?.length ?? 0;
    if (found !== length) throw invalid(field, `${found} values`, `${length} for ${R} rows and ${N} models`);
  }
  table.models.forEach((model, n) => {
    if (typeof model !== "string" || model === "") throw invalid(`models[${n}]`, JSON.stringify(model), "a name");
    if (table.models.indexOf(model) < n) throw invalid(`models[${n}]`, `${JSON.stringify(model)} again`, "each once");
  });
  for (let r = 0; r < R; r++) {
    if (typeof table.prompts[r] !== "string") throw invalid(`prompts[${r}]`, typeof table.prompts[r], "text");
  }
  assertRange(table, "scores", 1);
  for (const field of ["costs", "inputTokens", "outputTokens"] as const) assertRange(table, field, Number.MAX_VALUE);
}

/** Known values lie in [0, most]. */
function assertRange(table: RowTable, field: Column, most: number): void {
  const values = table[field];
  for (let i = 0; i < values.length; i++) {
    if (values[i] < 0 || values[i] > most) {
      const expected = most === 1 ? "0 to 1, or NaN" : "a finite number of at least 0, or NaN";
      throw invalid(`${field}[${i}]`, String(values[i]), expected);
    }
  }
}

function invalid(field: string, found: string, expected: string): OneheadError {
  return new OneheadError("invalid-argument", `train: table.${field}: ${found}, expected ${expected}`);
}
