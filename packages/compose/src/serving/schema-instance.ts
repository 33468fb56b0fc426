import type { JsonObject, JsonValue } from "@onehead/provider";

/** Deeper than any schema of an answer nests. */
const mostDepth = 24;

/**
 * A small value that a JSON Schema allows, for answers that nobody has thought of: required fields only, first of several choices. What it
 * does not know (patterns, conditions) it does not promise to keep.
 */
export function schemaInstance(schema: JsonObject): JsonValue {
  return instanceOf(schema, schema, 0);
}

function instanceOf(given: JsonValue | undefined, root: JsonObject, depth: number): JsonValue {
  if (!isObject(given) || depth > mostDepth) return null;
  const schema = resolved(given, root);
  const { const: only, enum: choices, default: usual, anyOf, oneOf, allOf } = schema;
  if (only !== undefined) return only;
  if (Array.isArray(choices) && choices.length > 0) return choices[0];
  if (usual !== undefined) return usual;
  for (const variants of [anyOf, oneOf]) if (Array.isArray(variants)) return instanceOf(variants[0], root, depth + 1);
  if (Array.isArray(allOf)) return instanceOf(merged(schema, allOf, root), root, depth + 1);
  const type = Array.isArray(schema["type"]) ? schema["type"][0] : (schema["type"] ?? typeFor(schema));
  switch (type) {
    case "object":
      return objectOf(schema, root, depth);
    case "array":
      return listOf(schema, root, depth);
    case "string":
      return textOf(schema);
    case "integer":
    case "number":
      return numberOf(schema);
    case "boolean":
      return true;
    default:
      return null;
  }
}

function objectOf(schema: JsonObject, root: JsonObject, depth: number): JsonObject {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const names = Object.keys(properties).filter((name) => required.includes(name));
  return Object.fromEntries(names.map((name) => [name, instanceOf(properties[name] as JsonValue, root, depth + 1)]));
}

function listOf(schema: JsonObject, root: JsonObject, depth: number): JsonValue[] {
  const { minItems, items, prefixItems } = schema;
  if (Array.isArray(prefixItems)) return prefixItems.map((item) => instanceOf(item, root, depth + 1));
  const length = typeof minItems === "number" ? Math.min(minItems, 100) : isObject(items) ? 1 : 0;
  return Array.from({ length }, () => instanceOf(items, root, depth + 1));
}

function textOf({ minLength, format }: JsonObject): string {
  const known: Readonly<Record<string, string>> = {
    date: "2026-01-01",
    "date-time": "2026-01-01T00:00:00Z",
    time: "00:00:00Z",
    email: "echo@example.com",
    uri: "https://example.com/",
    uuid: "00000000-0000-4000-8000-000000000000",
  };
  const text = typeof format === "string" && Object.hasOwn(known, format) ? known[format] : "echo";
  return typeof minLength === "number" ? text.padEnd(Math.min(minLength, 1_000), ".") : text;
}

function numberOf({ minimum, exclusiveMinimum, maximum, multipleOf }: JsonObject): number {
  const step = typeof multipleOf === "number" && multipleOf > 0 ? multipleOf : 1;
  if (typeof minimum === "number") return Math.ceil(minimum / step) * step;
  if (typeof exclusiveMinimum === "number") return (Math.floor(exclusiveMinimum / step) + 1) * step;
  return typeof maximum === "number" && maximum < 0 ? Math.floor(maximum / step) * step : 0;
}

/** What a schema without a type speaks of. */
function typeFor(schema: JsonObject): string | undefined {
  if ("properties" in schema) return "object";
  return "items" in schema || "prefixItems" in schema ? "array" : undefined;
}

/** `#/$defs/…` within the schema itself. */
function resolved(schema: JsonObject, root: JsonObject): JsonObject {
  const { $ref: reference } = schema;
  if (typeof reference !== "string" || !reference.startsWith("#")) return schema;
  let target: JsonValue | undefined = root;
  for (const part of reference.slice(1).split("/").filter(Boolean)) {
    const name = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
    target = isObject(target) && Object.hasOwn(target, name) ? (target[name] as JsonValue) : undefined;
  }
  return isObject(target) && target !== schema ? { ...target, ...without(schema) } : without(schema);
}

function without({ $ref: _, ...rest }: JsonObject): JsonObject {
  return rest;
}

function merged({ allOf: _, ...own }: JsonObject, parts: readonly JsonValue[], root: JsonObject): JsonObject {
  const objects = [own, ...parts.filter(isObject).map((part) => resolved(part, root))];
  const properties = Object.assign({}, ...objects.map((part) => part["properties"] ?? {}));
  const required = objects.flatMap((part) => (Array.isArray(part["required"]) ? part["required"] : []));
  return { ...Object.assign({}, ...objects), properties, required };
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
