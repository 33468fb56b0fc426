import { type Frame, sseFrame, type WireFormat } from "@onehead/provider-contract";
import recorded from "./__fixtures__/chat.json" with { type: "json" };

const done = "data: [DONE]\n\n";
const [start] = recorded.events;

function eventFrame(event: object & { type: string }): string {
  return sseFrame(event, event.type);
}

function answerWith(message: object, finishReason: string): object {
  return { ...recorded.answer, message: { role: "assistant", ...message }, finish_reason: finishReason };
}

function toolFrames(calls: ReadonlyArray<readonly [id: string, ...pieces: string[]]>, closed: boolean): Frame[] {
  const events = calls.flatMap(([id, ...pieces], index) => [
    {
      type: "tool-call-start",
      index,
      delta: { message: { tool_calls: { id, type: "function", function: { name: "get_weather", arguments: "" } } } },
    },
    ...pieces.map((json) => ({
      type: "tool-call-delta",
      index,
      delta: { message: { tool_calls: { function: { arguments: json } } } },
    })),
    ...(closed ? [{ type: "tool-call-end", index }] : []),
  ]);
  const plan = { type: "tool-plan-delta", delta: { message: { tool_plan: recorded.toolPlan } } };
  const end = { type: "message-end", delta: { ...recorded.events[9].delta, finish_reason: "TOOL_CALL" } };
  return [...[start, plan, ...events, end].map(eventFrame), done];
}

const [first, second] = recorded.toolCalls.map(({ id }) => id);

/** `POST /v2/chat` as Cohere answers it. */
export const chatWire: WireFormat = {
  contentType: "text/event-stream",
  answer: recorded.answer,
  events: [...recorded.events.map(eventFrame), done],
  contentAt: 2,
  textAt: 6,
  answerWithText: (text) => answerWith({ content: [{ type: "text", text }] }, "COMPLETE"),
  textFrame: (text) =>
    sseFrame({ type: "content-delta", index: 1, delta: { message: { content: { text } } } }, "content-delta"),
  errorFrame: eventFrame(recorded.errorEvent),
  brokenFrame: 'event: content-delta\ndata: {"type": "content-delta", "index": 1, "delta": {\n\n',
  errorBody: recorded.error,
  errorReason: undefined,
  openToolCall: {
    answer: answerWith(
      { tool_calls: [{ ...recorded.toolCalls[0], function: { name: "get_weather", arguments: '{"city":"Par' } }] },
      "TOOL_CALL",
    ),
    events: toolFrames([[first, '{"city":', '"Par']], false),
  },
  parallelTools: {
    answer: answerWith({ tool_plan: recorded.toolPlan, tool_calls: recorded.toolCalls }, "TOOL_CALL"),
    events: toolFrames(
      [
        [first, "", '{"city":', '"Paris"}'],
        [second, '{"ci', 'ty":"Rome"}'],
      ],
      true,
    ),
  },
  usage: { inputTokens: 1219, cachedInputTokens: 1024, outputTokens: 310 },
  prices: {
    inputUsdPerMillionTokens: 2.5,
    cachedInputUsdPerMillionTokens: 0.25,
    outputUsdPerMillionTokens: 10,
    source: "made up for the test",
    asOf: "2026-11-26",
  },
  // (1219 - 1024) * 2.5 + 1024 * .25 + 310 * 10 = 487.5 + 256 + 3100 = 3843.5 per million
  costUsd: 0.0038435,
};
