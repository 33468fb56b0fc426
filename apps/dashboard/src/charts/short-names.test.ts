import { expect, it } from "vitest";
import { shortNames } from "./short-names.js";

it("leaves the provider out unless two models would be called alike", () => {
  const names = shortNames(["openai/gpt-6", "a/llama", "b/llama", "local"]);
  expect([...names.values()]).toEqual(["gpt-6", "a/llama", "b/llama", "local"]);
});

it("takes the middle out of a long name, since the ends tell versions apart", () => {
  expect(shortNames(["x/abcdefghijklmnopqrstuvwxyz"], 11).get("x/abcdefghijklmnopqrstuvwxyz")).toBe("abcde…vwxyz");
});
