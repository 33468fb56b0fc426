import { ProviderResponseError } from "@onehead/provider";
import { describe, expect, test } from "vitest";
import { count, defined, isRecord, list, record, requireList, requireRecord, requireText, text } from "./fields.js";
import { parseArguments, requireArguments } from "./json-arguments.js";
import { parseEvent } from "./parse-event.js";

test("readers give what is there, or an empty one", () => {
  const object = { a: 1 };
  expect([record(object), record([]), record(null), record("a")]).toEqual([object, {}, {}, {}]);
  expect([list([1]), list(object), list("a")]).toEqual([[1], [], []]);
  expect([text("a"), text(""), text(7), text(null)]).toEqual(["a", "", undefined, undefined]);
  expect([isRecord(object), isRecord([]), isRecord(null)]).toEqual([true, false, false]);
});

test("a count is a finite number of at least 0", () => {
  expect([0, 7, 0.5].map(count)).toEqual([0, 7, 0.5]);
  for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY, "7", null]) expect(count(value)).toBeUndefined();
});

test("defined leaves out what is undefined, and nothing else", () => {
  expect(defined({ a: undefined, b: null, c: 0, d: "" })).toStrictEqual({ b: null, c: 0, d: "" });
});

describe("what an answer cannot do without", () => {
  test.each<[(where: string, value: unknown) => unknown, unknown, string]>([
    [requireRecord, [], "at: a list, expected an object"],
    [requireRecord, "secret", "at: string, expected an object"],
    [requireList, {}, "at: object, expected a list"],
    [requireList, undefined, "at: missing, expected a list"],
    [requireText, null, "at: null, expected text"],
    [requireText, 7, "at: number, expected text"],
  ])("is named, and what stands there is not", (read, value, message) => {
    expect(() => read("at", value)).toThrow(new ProviderResponseError(message));
  });

  test("is given as it is", () => {
    const values = [{}, [], ""] as const;
    expect([requireRecord("", values[0]), requireList("", values[1]), requireText("", values[2])]).toEqual(values);
  });
});

test("arguments are the JSON of an object; none are an empty one", () => {
  expect([parseArguments('{"a":1}'), parseArguments(""), parseArguments(" ")]).toEqual([{ a: 1 }, {}, {}]);
  for (const json of ["[]", "1", "null", "{", "secret"]) {
    expect(parseArguments(json)).toBeUndefined();
    expect(() => requireArguments("at", json)).toThrow("at.arguments: text that is no JSON object, expected the JSON");
  }
});

test("an event that is no JSON is an error that does not repeat it", () => {
  expect(parseEvent('{"a":1}')).toEqual({ a: 1 });
  expect(() => parseEvent("secret")).toThrow(new ProviderResponseError("stream: an event that is no JSON"));
});
