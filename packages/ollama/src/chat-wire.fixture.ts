import type { Frame, WireFormat } from "@onehead/provider-contract";
import recorded from "./__fixtures__/chat.json" with { type: "json" };

const [, , text] = recorded.events;
const last = recorded.events[4];

function lineOf(event: object): Frame {
  return `${JSON.stringify(event)}\n`;
}

function withMessage(message: object): object {
  return { ...text, message: { role: "assistant", content: "", ...message } };
}

function answerWith(message: object): object {
  return { ...recorded.answer, message: { role: "assistant", content: "", ...message } };
}

// Ollama itself gives objects; servers that speak its interface may give text
const openCall = { function: { name: "get_weather", arguments: '{"city":"Par' } };

/** `POST /api/chat` as Ollama answers it. */
export const chatWire: WireFormat = {
  contentType: "application/x-ndjson",
  answer: recorded.answer,
  events: recorded.events.map(lineOf),
  contentAt: 0,
  textAt: 2,
  answerWithText: (content) => answerWith({ content }),
  textFrame: (content) => lineOf(withMessage({ content })),
  errorFrame: lineOf(recorded.error),
  brokenFrame: '{"model":"qwen3:8b","message":{"role":\n',
  errorBody: recorded.error,
  errorReason: undefined,
  openToolCall: {
    answer: answerWith({ tool_calls: [openCall] }),
    events: [withMessage({ tool_calls: [openCall] }), last].map(lineOf),
  },
  parallelTools: {
    answer: answerWith({ tool_calls: recorded.parallelToolCalls }),
    // one by one, as they are ready
    events: [...recorded.parallelToolCalls.map((call) => withMessage({ tool_calls: [call] })), last].map(lineOf),
  },
  usage: { inputTokens: 1219, cachedInputTokens: 1024, outputTokens: 310 },
  prices: {
    inputUsdPerMillionTokens: 0.2,
    cachedInputUsdPerMillionTokens: 0.02,
    outputUsdPerMillionTokens: 0.6,
    source: "made up for the test",
    asOf: "2026-11-26",
  },
  // (1219 - 1024) * .2 + 1024 * .02 + 310 * .6 = 39 + 20.48 + 186 = 245.48 per million
  costUsd: 0.00024548,
};
