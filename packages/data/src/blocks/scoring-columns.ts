import { quoteName } from "../errors/describe-value.js";
import { rowFormatError } from "../errors/row-format-error.js";
import { type ScoringColumns, type ScoringField, scoringFields } from "./row-block.js";

/** The names of all fields' columns: ours, where they are not called otherwise. */
export function scoringColumns(named: Partial<ScoringColumns> = {}): ScoringColumns {
  return { id: "id", embedding: "embedding", prompt: "prompt", inputTokens: "inputTokens", ...named };
}

/**
 * Where each field stands among an input's columns, −1 for none.
 *
 * @param named columns that have to be there
 * @throws OneheadError "row-format" for one that is not, and where there is neither an embedding nor a prompt
 */
export function findScoringColumns(
  names: readonly string[],
  named: Partial<ScoringColumns> | undefined,
  where: string,
): Record<ScoringField, number> {
  const columns = scoringColumns(named);
  const found = { id: -1, embedding: -1, prompt: -1, inputTokens: -1 };
  for (const field of scoringFields) {
    found[field] = names.indexOf(columns[field]);
    if (found[field] === -1 && named?.[field] !== undefined) {
      throw rowFormatError(where, `has no column ${quoteName(columns[field])} for ${field}`);
    }
  }
  if (found.embedding === -1 && found.prompt === -1) {
    const expected = `expected ${quoteName(columns.embedding)} or ${quoteName(columns.prompt)}`;
    throw rowFormatError(where, `has neither embeddings nor prompts, ${expected} among its ${names.length} columns`);
  }
  return found;
}
