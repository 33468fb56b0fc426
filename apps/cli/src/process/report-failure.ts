import { OneheadError } from "@onehead/core";
import { printable } from "../output/printable.js";

/** What the process ends with. */
export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** A wrong command line: exit code 2. */
export class UsageError extends Error {}

/**
 * One line (or one JSON object) on a failure, and the exit code for it. Stack traces only with DEBUG=onehead.
 *
 * @param print where JSON goes: standard output, unless results of another form are there
 */
export function reportFailure(error: unknown, json: boolean, print = console.log): number {
  const code = error instanceof UsageError ? "usage" : OneheadError.isInstance(error) ? error.code : "internal";
  const message = error instanceof Error ? error.message : String(error);
  if (json) print(JSON.stringify({ error: { code, message } }));
  else console.error(`onehead: ${printable(message)}`);
  if (process.env["DEBUG"] === "onehead" && error instanceof Error) console.error(error.stack);
  if (code === "usage") return exitCodes.usage;
  return code === "aborted" ? exitCodes.interrupted : exitCodes.failed;
}
