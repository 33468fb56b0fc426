import { ProviderError, type Warning } from "@onehead/provider";
import { expect, test } from "vitest";
import { plainText, resultText } from "./plain-text.js";

const result = { type: "tool-result" as const, id: "1", name: "look_up" };

test("parts of a system message stand on lines of their own", () => {
  expect(plainText("one")).toBe("one");
  expect(
    plainText([
      { type: "text", text: "one" },
      { type: "text", text: "two" },
    ]),
  ).toBe("one\ntwo");
});

test("of a result the text is kept, and that it is an error is a warning", () => {
  const warnings: Warning[] = [];
  expect(resultText("at", { ...result, content: "gone", isError: true }, "X", warnings)).toBe("gone");
  expect(warnings.map(({ field }) => field)).toEqual(["at.isError"]);
  const content = [
    { type: "text" as const, text: "one" },
    { type: "text" as const, text: "two" },
  ];
  expect(resultText("at", { ...result, content }, "X", warnings)).toBe("one\ntwo");
  expect(warnings).toHaveLength(1);
});

test("an image in a result is refused by its place", () => {
  const image = { type: "image" as const, data: new Uint8Array(1), mediaType: "image/png" };
  const read = () => resultText("messages[2].content[0]", { ...result, content: [image] }, "Cohere", []);
  expect(read).toThrow("messages[2].content[0]: an image in a tool result, expected text: Cohere takes no other");
  expect(read).toThrow(expect.toSatisfy((error) => ProviderError.isInstance(error) && error.code === "unsupported"));
});
