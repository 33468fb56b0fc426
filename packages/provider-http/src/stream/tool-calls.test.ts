import { ProviderResponseError, type StreamPart, type Warning } from "@onehead/provider";
import { describe, expect, test } from "vitest";
import { newCallId, ToolCalls, wholeCall, wholeOrCut } from "./tool-calls.js";

const whole = (parts: readonly StreamPart[]) => parts.filter(({ type }) => type === "tool-call");

describe("tool calls in pieces", () => {
  test("are put together by their keys, mixed as they may be", () => {
    const calls = new ToolCalls();
    expect(calls.start(0, "a", "one")).toEqual([{ type: "tool-call-start", id: "a", name: "one" }]);
    expect(calls.append(0, '{"x":')).toEqual([{ type: "tool-call-delta", id: "a", argumentsDelta: '{"x":' }]);
    calls.start("1", "b", "two", "signature");
    calls.append("1", "{");
    calls.append(0, "1}");
    calls.append("1", "}");
    expect([calls.has(0), calls.has("1"), calls.has(2)]).toEqual([true, true, false]);
    expect(calls.endAll("tool-calls", [])).toEqual([
      { type: "tool-call", id: "a", name: "one", arguments: '{"x":1}' },
      { type: "tool-call", id: "b", name: "two", arguments: "{}", signature: "signature" },
    ]);
    expect(calls.finished).toBe(2);
  });

  test("without a name of their own get one each", () => {
    const calls = new ToolCalls();
    const [first, second] = [...calls.start(0, undefined, "one"), ...calls.start(1, "", "one")];
    expect(first).toMatchObject({ id: expect.stringMatching(/^call_[0-9a-f]{24}$/) });
    expect(second).not.toEqual(first);
    expect(newCallId()).not.toBe(newCallId());
  });

  test("that the provider ends are whole at once, and no second time", () => {
    const calls = new ToolCalls();
    calls.start(0, "a", "one");
    expect(whole(calls.end(0))).toHaveLength(1);
    expect([calls.end(0), calls.endAll("stop", []), calls.append(0, "x")]).toEqual([[], [], []]);
    expect(calls.finished).toBe(1);
  });

  test("say nothing for an empty piece, or one of no call", () => {
    const calls = new ToolCalls();
    calls.start(0, "a", "one");
    expect([calls.append(0, ""), calls.append(1, "{}")]).toEqual([[], []]);
  });

  test("that never closed are left out of an answer cut for its length, with a warning", () => {
    const calls = new ToolCalls();
    calls.start(0, "a", "one");
    calls.append(0, "{}");
    calls.start(1, "b", "two");
    calls.append(1, '{"x":"sec');
    const warnings: Warning[] = [];
    expect(calls.endAll("length", warnings)).toMatchObject([{ id: "a" }]);
    expect(warnings).toEqual([
      { field: "maxOutputTokens", message: "the arguments of tool call b were cut off; it is left out" },
    ]);
  });

  test.each(["stop", "tool-calls", "content-filter", "other"] as const)(
    "that never closed are an error of an answer that ended by %s, without their text",
    (reason) => {
      const calls = new ToolCalls();
      calls.start(0, "a", "one");
      calls.append(0, '{"x":"sec');
      expect(() => calls.endAll(reason, [])).toThrow("tool call a: arguments that are no JSON object, expected one");
    },
  );
});

describe("a whole tool call", () => {
  test.each([
    ["", "{}"],
    [" \n", "{}"],
    ['{"a": 1}', '{"a": 1}'],
    [' {"a":1}\n', ' {"a":1}\n'],
  ])("keeps its arguments %j as %j", (given, kept) => {
    expect(wholeCall("a", "one", given).arguments).toBe(kept);
  });

  test.each(["[]", "null", "7", '"text"', "{", "{}{}", "undefined"])("with %s for arguments is an error", (json) => {
    expect(() => wholeCall("a", "one", json)).toThrow(ProviderResponseError);
    expect(() => wholeOrCut("a", "one", json, false, [])).toThrow(ProviderResponseError);
  });

  test("of an answer that was cut is left out only where it was cut itself", () => {
    const warnings: Warning[] = [];
    expect(wholeOrCut("a", "one", "{}", true, warnings, "s")).toEqual([
      { type: "tool-call", id: "a", name: "one", arguments: "{}", signature: "s" },
    ]);
    expect(wholeOrCut("a", "one", '{"x', true, warnings)).toEqual([]);
    expect(warnings).toHaveLength(1);
  });
});
