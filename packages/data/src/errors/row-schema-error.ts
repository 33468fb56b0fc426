import { OneheadError } from "@onehead/core";
import { describeLocation, type RowLocation } from "./row-location.js";

/**
 * A row was read but breaks the schema; says in which file, line and field.
 *
 * The reader stops at the first one: rows that it yielded before are good.
 */
export class RowSchemaError extends OneheadError {
  readonly file: string;
  /** Counted from 1; a row number where the format has no lines. */
  readonly line: number;
  /** As the input spells it, for example `scores["gpt-4"]`. */
  readonly field: string;

  /** @param problem what follows the field: `is out of range: 1.5, expected 0 to 1`. Never a prompt. */
  constructor(location: RowLocation, field: string, problem: string) {
    super("row-schema", `${describeLocation(location)}: ${field} ${problem}`);
    this.name = "RowSchemaError";
    this.file = location.file;
    this.line = location.line;
    this.field = field;
  }

  static override isInstance(value: unknown): value is RowSchemaError {
    return OneheadError.isInstance(value) && value.code === "row-schema";
  }
}
