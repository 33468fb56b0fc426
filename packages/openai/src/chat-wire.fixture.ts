import { type Frame, sseFrame, type WireFormat } from "@onehead/provider-contract";
import recorded from "./__fixtures__/chat-completions.json" with { type: "json" };

const done = "data: [DONE]\n\n";
const [start, first, ...rest] = recorded.events;
const ending = rest.slice(1);
const prices = {
  inputUsdPerMillionTokens: 0.25,
  cachedInputUsdPerMillionTokens: 0.025,
  outputUsdPerMillionTokens: 2,
  source: "made up for the test",
  asOf: "2026-11-26",
};

function withDelta(delta: object): object {
  return { ...start, choices: [{ index: 0, delta, finish_reason: null }] };
}

function toolFrames(pieces: ReadonlyArray<[index: number, id: string | undefined, json: string]>): Frame[] {
  const deltas = pieces.map(([index, id, json]) => {
    const fn = { ...(id === undefined ? {} : { name: "get_weather" }), arguments: json };
    return { tool_calls: [{ index, ...(id === undefined ? {} : { id, type: "function" }), function: fn }] };
  });
  const finish = { ...start, choices: [{ index: 0, delta: {}, finish_reason: "tool_calls" }] };
  return [...[start, ...deltas.map(withDelta), finish, recorded.events[4]].map((event) => sseFrame(event)), done];
}

function answerWith(message: object, finish: string): object {
  const choice = {
    ...recorded.answer.choices[0],
    message: { role: "assistant", content: null, ...message },
    finish_reason: finish,
  };
  return { ...recorded.answer, choices: [choice] };
}

/** Chat completions as OpenAI sends them. */
export const chatWire: WireFormat = {
  contentType: "text/event-stream; charset=utf-8",
  answer: recorded.answer,
  events: [...[start, first, rest[0], ...ending].map((event) => sseFrame(event)), done],
  contentAt: 1,
  textAt: 1,
  answerWithText: (text) => answerWith({ content: text }, "stop"),
  textFrame: (text) => sseFrame(withDelta({ content: text })),
  errorFrame: sseFrame(recorded.error),
  brokenFrame: 'data: {"id": "chatcmpl-B9", "choices": [\n\n',
  errorBody: recorded.error,
  errorReason: "rate_limit_exceeded",
  openToolCall: {
    answer: answerWith(
      {
        tool_calls: [
          { ...recorded.parallelToolCalls[0], function: { name: "get_weather", arguments: '{"city":"Par' } },
        ],
      },
      "tool_calls",
    ),
    events: toolFrames([
      [0, "call_1", '{"city":'],
      [0, undefined, '"Par'],
    ]),
  },
  parallelTools: {
    answer: answerWith({ tool_calls: recorded.parallelToolCalls }, "tool_calls"),
    // the pieces of the two are mixed
    events: toolFrames([
      [0, "call_1", ""],
      [0, undefined, '{"city":'],
      [1, "call_2", '{"ci'],
      [0, undefined, '"Paris"}'],
      [1, undefined, 'ty":"Rome"}'],
    ]),
  },
  usage: { inputTokens: 1219, cachedInputTokens: 1024, outputTokens: 310, reasoningTokens: 192 },
  prices,
  // (1219 - 1024) * .25 + 1024 * .025 + 310 * 2 = 48.75 + 25.6 + 620 = 694.35 per million
  costUsd: 0.00069435,
};
