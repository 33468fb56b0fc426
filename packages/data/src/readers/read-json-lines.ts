import { describeValue } from "../errors/describe-value.js";
import { rowFormatError } from "../errors/row-format-error.js";
import type { RowLocation } from "../errors/row-location.js";
import type { RawRecord } from "./raw-record.js";
import { readLines } from "./read-lines.js";

/**
 * Records of JSON Lines: one object a line, blank lines skipped.
 *
 * @throws OneheadError "row-format" naming the line that is not an object in JSON
 */
export async function* readJsonLines(
  chunks: AsyncIterable<Uint8Array>,
  operation: string,
  file: string,
): AsyncGenerator<RawRecord> {
  for await (const { text, line } of readLines(chunks, operation, file)) {
    if (text.trim() === "") continue;
    const location: RowLocation = { operation, file, line, unit: "line" };
    const value = parseJson(text, location);
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw rowFormatError(location, `line is not an object: ${describeValue(value)}, expected one JSON object a line`);
    }
    yield { ...location, fields: new Map(Object.entries(value)), uniform: false, textual: false };
  }
}

function parseJson(text: string, location: RowLocation): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // the engine's own message quotes the line, which is a prompt
    throw rowFormatError(location, "line is not JSON, expected one JSON object a line (NaN is not JSON: write null)");
  }
}
