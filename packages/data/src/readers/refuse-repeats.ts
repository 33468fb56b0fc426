import { hashString } from "@onehead/core";
import { quoteName } from "../errors/describe-value.js";
import type { RowLocation } from "../errors/row-location.js";
import { RowSchemaError } from "../errors/row-schema-error.js";
import type { RowForm } from "../forms/row-form.js";
import type { PromptRow } from "../rows/prompt-row.js";

/** What was seen under one id: two independent hashes of the prompt, and in long form the models so far. */
interface Seen {
  prompt: number;
  promptToo: number;
  models: Set<string> | undefined;
}

/**
 * Makes the check, for the rows of one file, that nothing is recorded twice: in the wide forms an id, in long form an
 * id with a model or an id with two prompts. It keeps ids, model names and 64 bits of each prompt.
 *
 * @returns a function that throws {@link RowSchemaError} on the row that repeats an earlier one
 */
export function createRepeatCheck(form: RowForm): (row: PromptRow, location: RowLocation) => void {
  const seenIds = new Map<string, Seen>();
  return (row, location) => {
    const seen = seenIds.get(row.id);
    const prompt = hashString(row.prompt);
    const promptToo = hashString(row.prompt, 1);
    if (seen === undefined) {
      const models = form === "long" ? new Set(modelsOf(row)) : undefined;
      seenIds.set(row.id, { prompt, promptToo, models });
      return;
    }
    const named = quoteName(row.id);
    if (seen.models === undefined) {
      throw new RowSchemaError(location, "id", `is a duplicate: ${named}, expected each id once`);
    }
    if (seen.prompt !== prompt || seen.promptToo !== promptToo) {
      throw new RowSchemaError(location, "id", `has another prompt before: ${named}, expected one prompt an id`);
    }
    for (const model of modelsOf(row)) {
      if (seen.models.has(model)) {
        const found = `${quoteName(model)} for id ${named}`;
        throw new RowSchemaError(
          location,
          "model",
          `is recorded twice: ${found}, expected each model once an id; calls of their own need an id each`,
        );
      }
      seen.models.add(model);
    }
  };
}

function modelsOf(row: PromptRow): string[] {
  return [...new Set([...Object.keys(row.scores), ...Object.keys(row.costs)])];
}
