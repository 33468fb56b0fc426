import type { JsonObject, Warning } from "@onehead/provider";
import { isRecord } from "@onehead/provider-http";

/** Keywords of JSON Schema that Claude refuses in a schema that it has to keep. */
const refused = new Set([
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties",
]);
const formats = new Set(["date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"]);
/** Values that are no schemas, and names of fields with schemas behind them. */
const literal = new Set(["const", "enum", "default", "examples", "required"]);
const named = new Set(["properties", "patternProperties", "$defs", "definitions"]);

/**
 * A schema as Claude takes it where the answer has to keep it: objects are closed, and limits that it refuses are told in the
 * description, with a warning.
 */
export function toSchema(schema: JsonObject, where: string, warnings: Warning[]): JsonObject {
  const told = new Set<string>();
  const copy = withoutRefused(schema, told);
  if (told.size > 0) {
    const message = `Claude does not enforce ${[...told].join(", ")}; it is told of them in the description`;
    warnings.push({ field: where, message });
  }
  return copy;
}

function withoutRefused(schema: JsonObject, told: Set<string>): JsonObject {
  const copy: Record<string, unknown> = {};
  const limits: string[] = [];
  for (const [key, value] of Object.entries(schema)) {
    if (isRefused(key, value)) {
      limits.push(`${key}: ${JSON.stringify(value)}`);
      told.add(key);
    } else if (literal.has(key)) copy[key] = value;
    else if (named.has(key) && isRecord(value)) {
      copy[key] = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, inside(inner, told)]));
    } else copy[key === "oneOf" ? "anyOf" : key] = inside(value, told);
  }
  // the dialect says nothing about the answer
  delete copy["$schema"];
  if (limits.length > 0) copy["description"] = [copy["description"], limits.join(", ")].filter(Boolean).join(" ");
  if (copy["type"] === "object" || isRecord(copy["properties"])) copy["additionalProperties"] ??= false;
  return copy as JsonObject;
}

function isRefused(key: string, value: unknown): boolean {
  if (key === "minItems") return Number(value) > 1;
  if (key === "format") return !formats.has(String(value));
  return refused.has(key);
}

function inside(value: unknown, told: Set<string>): unknown {
  if (Array.isArray(value)) return value.map((inner) => inside(inner, told));
  return isRecord(value) ? withoutRefused(value as JsonObject, told) : value;
}
