import type { ChatResult } from "@onehead/provider";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromMessage } from "../../../anthropic/src/messages/from-message.js";
import { MessageEventReader } from "../../../anthropic/src/messages/message-event-reader.js";
import { anyResult, anyStream } from "../testing/answers.fixture.js";
import { answeredBack, essence, streamedBack } from "../testing/read-back.fixture.js";
import { messages } from "./messages.js";

/** The answer as a message can have it: for its end there are no other reasons. */
function asMessage(result: ChatResult): object {
  const plain = result.content.some(({ type }) => type === "tool-call") ? "tool-calls" : "stop";
  const { finishReason } = result;
  return essence({
    ...result,
    finishReason: finishReason === "other" ? plain : finishReason,
    usage: { ...result.usage, cacheWriteHourTokens: 0 },
  });
}

describe("our adapter reads back what was written", () => {
  test("of a whole answer", () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        expect(essence(answeredBack(messages, result, fromMessage))).toEqual(asMessage(result));
      }),
    );
  });

  test("of a stream, whatever pieces it comes in", async () => {
    await fc.assert(
      fc.asyncProperty(anyStream, async ({ result, parts }) => {
        const back = await streamedBack(messages, parts, new MessageEventReader([]));
        expect(essence(back)).toEqual(asMessage(result));
      }),
    );
  });
});
