import type { JsonObject, Warning } from "@onehead/provider";
import { expect, test } from "vitest";
import { toSchema } from "./to-schema.js";

test.each<[string, JsonObject, JsonObject, string[]]>([
  [
    "objects are closed, wherever they stand",
    { type: "object", properties: { a: { type: "array", items: { type: "object", properties: {} } } } },
    {
      type: "object",
      properties: {
        a: { type: "array", items: { type: "object", properties: {}, additionalProperties: false } },
      },
      additionalProperties: false,
    },
    [],
  ],
  [
    "what is said of other fields is left to the provider",
    { type: "object", additionalProperties: { type: "string" } },
    { type: "object", additionalProperties: { type: "string" } },
    [],
  ],
  [
    "limits go into the description",
    { type: "string", description: "A name.", maxLength: 5, format: "int64" },
    { type: "string", description: 'A name. maxLength: 5, format: "int64"' },
    ["maxLength", "format"],
  ],
  [
    "fields may be called like limits, and values look like schemas",
    { properties: { minimum: { type: "number" } }, default: { minimum: 1 }, enum: [{ maximum: 2 }] },
    {
      properties: { minimum: { type: "number" } },
      default: { minimum: 1 },
      enum: [{ maximum: 2 }],
      additionalProperties: false,
    },
    [],
  ],
  [
    "one of several is any of them, and the dialect says nothing",
    { $schema: "x", oneOf: [{ type: "string", format: "date" }, { type: "array", minItems: 1 }, { minItems: 2 }] },
    { anyOf: [{ type: "string", format: "date" }, { type: "array", minItems: 1 }, { description: "minItems: 2" }] },
    ["minItems"],
  ],
])("%s", (_, schema, expected, told) => {
  const warnings: Warning[] = [];
  const before = structuredClone(schema);
  expect(toSchema(schema, "here", warnings)).toEqual(expected);
  expect(schema).toEqual(before);
  expect(warnings.map(({ message }) => message)).toEqual(
    told.length === 0 ? [] : [`Claude does not enforce ${told.join(", ")}; it is told of them in the description`],
  );
});
