import { type Frame, sseFrame, type WireFormat } from "@onehead/provider-contract";
import recorded from "./__fixtures__/chat-completions.json" with { type: "json" };

const done = "data: [DONE]\n\n";
const [start] = recorded.events;
const last = recorded.events[5];

function withDelta(delta: object, finish: string | null = null): object {
  return { ...start, choices: [{ index: 0, delta, finish_reason: finish }] };
}

/** Each list of calls is one event. */
function toolFrames(events: ReadonlyArray<readonly object[]>): Frame[] {
  const chunks = events.map((calls) => withDelta({ content: null, tool_calls: calls }));
  const finish = { ...withDelta({ content: "" }, "tool_calls"), usage: last.usage };
  return [...[start, ...chunks, finish].map((event) => sseFrame(event)), done];
}

function answerWith(message: object, finish: string): object {
  const choice = { index: 0, finish_reason: finish, message: { role: "assistant", content: "", ...message } };
  return { ...recorded.answer, choices: [choice] };
}

const openCall = { id: "gSIMJiOkT", function: { name: "get_weather", arguments: '{"city": "Par' } };

/** Chat completions as Mistral sends them. */
export const chatWire: WireFormat = {
  contentType: "text/event-stream; charset=utf-8",
  answer: recorded.answer,
  events: [...recorded.events.map((event) => sseFrame(event)), done],
  contentAt: 1,
  textAt: 3,
  answerWithText: (text) => answerWith({ content: text }, "stop"),
  textFrame: (text) => sseFrame(withDelta({ content: text })),
  errorFrame: sseFrame(recorded.error),
  brokenFrame: 'data: {"id": "b5810ef1", "choices": [\n\n',
  errorBody: recorded.error,
  errorReason: "rate_limited",
  openToolCall: {
    answer: answerWith({ tool_calls: [openCall] }, "tool_calls"),
    events: toolFrames([[openCall]]),
  },
  parallelTools: {
    answer: answerWith({ tool_calls: recorded.parallelToolCalls }, "tool_calls"),
    events: toolFrames([recorded.parallelToolCalls]),
  },
  usage: { inputTokens: 1219, cachedInputTokens: 1024, outputTokens: 310 },
  prices: {
    inputUsdPerMillionTokens: 1.5,
    cachedInputUsdPerMillionTokens: 0.15,
    outputUsdPerMillionTokens: 7.5,
    source: "made up for the test",
    asOf: "2026-11-26",
  },
  // (1219 - 1024) * 1.5 + 1024 * .15 + 310 * 7.5 = 292.5 + 153.6 + 2325 = 2771.1 per million
  costUsd: 0.0027711,
};
