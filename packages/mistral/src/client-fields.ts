import { isRecord } from "@onehead/provider-http";

/** What is the user's own, or too long to look through: its keys stay as they are. */
const opaque = new Set(["parameters", "schema", "metadata", "arguments", "embedding"]);

/** Fields that the client calls something else altogether. */
const renamed = new Map([
  ["schema", "schemaDefinition"],
  ["input", "inputs"],
]);

/** A body of the REST interface as the official client takes it: max_tokens is maxTokens there. */
export function toClientFields(value: unknown): unknown {
  return mapKeys(
    value,
    (key) => renamed.get(key) ?? key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  );
}

/** What the official client gives as the REST interface has sent it. Parts of a kind that it does not know it keeps in `raw`. */
export function fromClientFields(value: unknown): unknown {
  return mapKeys(value, (key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}

function mapKeys(value: unknown, name: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => mapKeys(item, name));
  if (!isPlain(value)) return value;
  if (value["isUnknown"] === true && "raw" in value) return value["raw"];
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [name(key), opaque.has(key) ? field : mapKeys(field, name)]),
  );
}

/** Bytes, dates and the like are values, though they are objects. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (!isRecord(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
