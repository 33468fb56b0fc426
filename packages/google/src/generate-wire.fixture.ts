import { type Frame, sseFrame, type WireFormat } from "@onehead/provider-contract";
import recorded from "./__fixtures__/generate-content.json" with { type: "json" };

const [first] = recorded.events;
const prices = {
  inputUsdPerMillionTokens: 0.5,
  cachedInputUsdPerMillionTokens: 0.05,
  outputUsdPerMillionTokens: 3,
  source: "made up for the test",
  asOf: "2026-11-26",
};

/** The recorded answer, or a chunk of it, with other parts. */
export function withParts(answer: object, parts: readonly object[], finishReason?: string): object {
  const candidate = { content: { parts, role: "model" }, index: 0 };
  return { ...answer, candidates: [finishReason === undefined ? candidate : { ...candidate, finishReason }] };
}

/** As Google sends it: lines end in CR LF. */
export function crlfFrame(json: unknown): string {
  return sseFrame(json).replaceAll("\n", "\r\n");
}

const [firstCall, secondCall] = recorded.parallelToolCalls;
const toolFrames: Frame[] = [
  withParts(first, [firstCall]),
  withParts(first, [secondCall]),
  withParts(recorded.events[3], [{ text: "" }], "STOP"),
].map(crlfFrame);

/** `generateContent` and `streamGenerateContent` as Google's server speaks them. */
export const generateWire: WireFormat = {
  contentType: "text/event-stream",
  answer: recorded.answer,
  events: recorded.events.map(crlfFrame),
  contentAt: 0,
  textAt: 1,
  answerWithText: (text) => withParts(recorded.answer, [{ text }], "STOP"),
  textFrame: (text) => crlfFrame(withParts(first, [{ text }])),
  // no event, but JSON of its own
  errorFrame: JSON.stringify(recorded.errorInStream),
  brokenFrame: 'data: {"candidates": [{"content":\r\n\r\n',
  errorBody: recorded.error,
  errorReason: "RESOURCE_EXHAUSTED",
  // arguments are objects, so a call that does not close is none, and the finish reason says so
  openToolCall: { answer: recorded.malformedCall, events: [crlfFrame(recorded.malformedCall)] },
  parallelTools: {
    answer: withParts(recorded.answer, recorded.parallelToolCalls, "STOP"),
    events: toolFrames,
  },
  // thoughts are counted beside the answer: 118 + 192 = 310
  usage: { inputTokens: 1219, cachedInputTokens: 1024, outputTokens: 310, reasoningTokens: 192 },
  prices,
  // (1219 - 1024) * .5 + 1024 * .05 + 310 * 3 = 97.5 + 51.2 + 930 = 1078.7 per million
  costUsd: 0.0010787,
};
