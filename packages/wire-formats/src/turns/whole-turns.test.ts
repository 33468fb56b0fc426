import type { AssistantPart, Message } from "@onehead/provider";
import { expect, test } from "vitest";
import { wholeTurns } from "./whole-turns.js";

const said = (text: string): Message => ({ role: "assistant", content: text });
const did = (...content: AssistantPart[]): Message => ({ role: "assistant", content });
const call = (id: string): AssistantPart => ({ type: "tool-call", id, name: `tool ${id}`, arguments: "{}" });
const result = (id: string) => ({ type: "tool-result" as const, id, name: "", content: "r" });

test("items of one turn are one message, and the results of its calls the next", () => {
  const turns = wholeTurns([
    did({ type: "reasoning", text: "so" }),
    said("I look."),
    did(call("1")),
    did(call("2")),
    { role: "tool", content: [result("2")] },
    { role: "tool", content: [result("1"), result("3")] },
    said("Done."),
  ]);
  expect(turns).toEqual([
    did({ type: "reasoning", text: "so" }, { type: "text", text: "I look." }, call("1"), call("2")),
    {
      role: "tool",
      content: [{ ...result("2"), name: "tool 2" }, { ...result("1"), name: "tool 1" }, result("3")],
    },
    said("Done."),
  ]);
});

test("texts that were said apart stay so, and empty ones are no part of a turn", () => {
  expect(wholeTurns([said("a"), said("b"), said(""), did(call("1"))])).toEqual([said("a"), said("b"), did(call("1"))]);
});
