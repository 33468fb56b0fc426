/**
 * A value in words that are safe in a message: numbers as they are, text only where it could be nothing but a number
 * gone wrong ("0,85", "95%"), since a shifted column may hold a prompt.
 */
export function describeValue(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (typeof value === "string") {
    if (value === "") return "empty text";
    if (/^[-+\d.,:%eE ]{1,24}$|^[-+]?(nan|inf|infinity)$/i.test(value)) return JSON.stringify(value);
    return `text of ${value.length} characters`;
  }
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** A name from the input (model, column, id) as quoted text of bounded length. */
export function quoteName(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 77)}...` : name);
}
