import type { Message } from "@onehead/provider";
import { describe, expect, test } from "vitest";
import { ToolCallIds } from "./tool-call-ids.js";

function callsOf(...ids: string[]): Message[] {
  return [
    { role: "assistant", content: ids.map((id) => ({ type: "tool-call", id, name: "f", arguments: "{}" })) },
    { role: "user", content: "Hi" },
  ];
}

describe("ToolCallIds", () => {
  test("keeps ids of Mistral's own form", () => {
    expect(new ToolCallIds([]).of("gSIMJiOkT")).toBe("gSIMJiOkT");
  });

  test("gives the same id in every request", () => {
    const given = new ToolCallIds([]).of("call_1");
    expect(new ToolCallIds(callsOf("call_0", "call_1")).of("call_1")).toBe(given);
  });

  test("gives 20,000 calls as many ids, all of Mistral's form", () => {
    const ids = new ToolCallIds([]);
    const given = Array.from({ length: 20_000 }, (_, i) => ids.of(`call_${i}`));
    expect(new Set(given).size).toBe(20_000);
    expect(given.every((id) => /^[a-zA-Z0-9]{9}$/.test(id))).toBe(true);
  });

  test("gives no id that the conversation has already", () => {
    const taken = new ToolCallIds([]).of("call_1");
    const other = new ToolCallIds(callsOf(taken, "call_1")).of("call_1");
    expect(other).toMatch(/^[a-zA-Z0-9]{9}$/);
    expect(other).not.toBe(taken);
  });

  test("takes an empty id too", () => {
    expect(new ToolCallIds([]).of("")).toMatch(/^[a-zA-Z0-9]{9}$/);
  });
});
