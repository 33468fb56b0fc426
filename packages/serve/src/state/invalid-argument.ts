import { OneheadError } from "@onehead/core";

/** The error for an argument; `where` is `<function>: <field>`. A long text is cut: it may be anything. */
export function invalidArgument(where: string, found: string | number, expected: string): OneheadError {
  const text = String(found);
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return new OneheadError("invalid-argument", `${where}: ${shown}, expected ${expected}`);
}
