import { OneheadError } from "@onehead/core";
import { describeLocation, type RowLocation } from "./row-location.js";

/**
 * The bytes are not the format they should be, so that there is no row to check.
 *
 * No `cause`: parsers quote their input, and the input is prompts.
 */
export function rowFormatError(where: RowLocation | string, problem: string): OneheadError {
  return new OneheadError("row-format", `${typeof where === "string" ? where : describeLocation(where)}: ${problem}`);
}
