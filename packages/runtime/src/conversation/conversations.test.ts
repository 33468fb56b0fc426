import { expect, test } from "vitest";
import { Conversations } from "./conversations.js";

const state = (model: string) => ({ model, prefixTokens: 1, timeMs: 0 });

test("the conversation that was used longest ago is the first to be forgotten", () => {
  const conversations = new Conversations(2);
  conversations.set("a", state("1"));
  conversations.set("b", state("1"));
  conversations.set("a", state("2"));
  conversations.set("c", state("1"));
  expect(conversations.get("b")).toBeUndefined();
  expect(conversations.get("a")?.model).toBe("2");
  conversations.set("d", state("1"));
  expect(["a", "c", "d"].map((id) => conversations.get(id) !== undefined)).toEqual([false, true, true]);
});

test("as many are kept as are asked for, whatever is used again or deleted", () => {
  const most = 5;
  const conversations = new Conversations(most);
  // the specification: ids in the order of their use
  let kept: string[] = [];
  for (let i = 0; i < 2_000; i++) {
    const id = String((i * i * 31) % 17);
    const deleted = i % 7 === 0;
    kept = kept.filter((one) => one !== id);
    if (deleted) conversations.delete(id);
    else {
      conversations.set(id, state("1"));
      kept = [...kept, id].slice(-most);
    }
    for (let one = 0; one < 17; one++) {
      expect(conversations.get(String(one)) !== undefined).toBe(kept.includes(String(one)));
    }
  }
});
