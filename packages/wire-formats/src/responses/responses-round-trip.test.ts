import type { AssistantPart, ChatResult } from "@onehead/provider";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromResponse } from "../../../openai/src/responses/from-response.js";
import { ResponseEventReader } from "../../../openai/src/responses/response-event-reader.js";
import { anyResult, anyStream } from "../testing/answers.fixture.js";
import { answeredBack, essence, streamedBack } from "../testing/read-back.fixture.js";
import { responses } from "./responses.js";

/** The answer as a response can have it: proofs have the item's id before them, and for its end there are no other reasons. */
function asResponse(result: ChatResult): object {
  const content = result.content.map((part, i): AssistantPart => {
    if (part.type !== "reasoning" || part.signature === undefined) return part;
    const { redacted, signature, ...rest } = part;
    return { ...rest, signature: `rs_a1_${i}|${redacted ? "redacted:" : ""}${signature}` };
  });
  const plain = content.some(({ type }) => type === "tool-call") ? "tool-calls" : "stop";
  const { finishReason } = result;
  return essence({ ...result, content, finishReason: finishReason === "other" ? plain : finishReason });
}

describe("our adapter reads back what was written", () => {
  test("of a whole answer", () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        expect(essence(answeredBack(responses, result, fromResponse))).toEqual(asResponse(result));
      }),
    );
  });

  test("of a stream, whatever pieces it comes in", async () => {
    await fc.assert(
      fc.asyncProperty(anyStream, async ({ result, parts }) => {
        // the adapter tells thoughts apart by their proofs alone
        const unproven = (part: AssistantPart | undefined) =>
          part?.type === "reasoning" && part.signature === undefined;
        fc.pre(!result.content.some(({ type }, i) => type === "reasoning" && unproven(result.content[i - 1])));
        const back = await streamedBack(responses, parts, new ResponseEventReader([]));
        expect(essence(back)).toEqual(asResponse(result));
      }),
    );
  });
});
