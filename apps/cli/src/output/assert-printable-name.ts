import { UsageError } from "../process/report-failure.js";
import { hasControl } from "./printable.js";

/** Names that an artifact keeps: one with a control character could be written, and would be refused when it is read. */
export function assertPrintableName(flag: string, name: string): void {
  if (hasControl(name)) throw new UsageError(`${flag} has a control character, expected a name that can be printed`);
}
