import { type ChatResult, collectStream } from "@onehead/provider";
import { expect, test } from "vitest";
import { toStreamParts } from "./to-stream-parts.js";

test("a whole answer collected from its parts is the same", async () => {
  const result: ChatResult = {
    content: [
      { type: "reasoning", text: "Hm.", signature: "s" },
      { type: "text", text: "Yes." },
      { type: "tool-call", id: "a", name: "one", arguments: "{}" },
    ],
    finishReason: "tool-calls",
    rawFinishReason: "tool_calls",
    usage: { inputTokens: 1, outputTokens: 2 },
    warnings: [{ field: "seed", message: "no" }],
    logprobs: [{ token: "Yes.", logprob: -0.1, top: [] }],
    response: { id: "1", model: "m" },
  };
  const collected = await collectStream(
    (async function* () {
      yield* toStreamParts(result);
    })(),
  );
  expect(collected).toEqual({ ...result, content: result.content.map((part) => ({ ...part })) });
  expect(toStreamParts({ ...result, logprobs: undefined }).some(({ type }) => type === "logprobs")).toBe(false);
});
