import { OneheadError } from "./onehead-error.js";

/** The error for an argument; `where` is `<function>: <field>`. */
export function invalidArgument(where: string, found: unknown, expected: string): OneheadError {
  return new OneheadError("invalid-argument", `${where}: ${String(found)}, expected ${expected}`);
}
