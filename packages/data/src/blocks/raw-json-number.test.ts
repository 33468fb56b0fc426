import fc from "fast-check";
import { expect, test } from "vitest";
import { rawJsonNumber } from "./raw-json-number.js";

test.each([
  ['{"id":12345678901234567890,"prompt":"x"}', "12345678901234567890"],
  ['{"id":1.0}', "1.0"],
  [' { "prompt" : "x", "id" : -1e3 } ', "-1e3"],
  ['{"prompt":"say \\"id\\":5, twice","id":7}', "7"],
  ['{"meta":{"id":1,"list":[{"id":2}]},"id":3,"more":[4]}', "3"],
  ['{"id":1,"id":2.50}', "2.50"],
  ['{"\\u0069d":9007199254740993}', "9007199254740993"],
  ['{"a\\\\":1,"id":2}', "2"],
  ['{"id":5,"more":{"id":6}}', "5"],
])("%s has the id %s", (text, digits) => {
  expect(rawJsonNumber(text, "id")).toBe(digits);
});

test("a field is found among any others, whatever they hold", () => {
  const fields = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 5 });
  fc.assert(
    fc.property(fields, fields, fc.string(), fc.bigInt(), (before, after, name, id) => {
      const object = { ...before };
      delete object[name];
      const rest = Object.entries(after).filter(([key]) => key !== name && !Object.hasOwn(object, key));
      const parts = [
        ...Object.entries(object).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`),
        `${JSON.stringify(name)}:${id}`,
        ...rest.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value, null, 1)}`),
      ];
      const text = `{${parts.join(",")}}`;
      expect(Object.hasOwn(JSON.parse(text) as object, name)).toBe(true);
      expect(rawJsonNumber(text, name)).toBe(String(id));
    }),
  );
});
