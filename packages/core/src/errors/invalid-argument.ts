import { OneheadError } from "./onehead-error.js";

/** The error for an argument; `where` is `<function>: <field>`. */
export function invalidArgument(where: string, found: unknown, expected: string): OneheadError {
  return new OneheadError("invalid-argument", `${where}: ${String(found)}, expected ${expected}`);
}

/** A list or a Map is none: it has no fields of its own. @throws OneheadError "invalid-argument" */
export function assertObject(where: string, value: unknown, expected = "an object"): asserts value is object {
  if (typeof value === "object" && value !== null && !(Symbol.iterator in value)) return;
  throw invalidArgument(where, value, expected);
}

/** @throws OneheadError "invalid-argument" unless it is a number within [low, high]; finite where `high` is not Infinity */
export function assertNumber(where: string, value: unknown, low = 0, high = Number.MAX_VALUE): asserts value is number {
  if (typeof value === "number" && value >= low && value <= high) return;
  throw invalidArgument(
    where,
    value,
    high < Number.MAX_VALUE ? `a number from ${low} to ${high}` : `a number of at least ${low}`,
  );
}
