import { sseFrame, type WireFormat } from "@onehead/provider-contract";
import recorded from "./__fixtures__/messages.json" with { type: "json" };

type Event = { type: string };

export const frameOf = (event: Event): string => sseFrame(event, event.type);
const events = recorded.events as Event[];
const [start] = events;
const ending = events.slice(-2);

function withTools(stopReason: string): Event[] {
  const [delta, stop] = ending as [Event & { delta: object }, Event];
  return [{ ...delta, delta: { ...delta.delta, stop_reason: stopReason } } as Event, stop];
}

/** The events of one tool call, whose JSON comes in two pieces after the empty one that begins it. */
function toolEvents(index: number, block: object, json: string): Event[] {
  const delta = (partial_json: string): Event =>
    ({ type: "content_block_delta", index, delta: { type: "input_json_delta", partial_json } }) as Event;
  const begun = { type: "content_block_start", index, content_block: { ...block, input: {} } };
  return [
    begun,
    delta(""),
    delta(json.slice(0, 6)),
    delta(json.slice(6)),
    { type: "content_block_stop", index } as Event,
  ];
}

const [paris, rome] = recorded.parallelToolCalls;
const cutJson = '{"city":"Par';

/** Messages as Anthropic sends them. */
export const messagesWire: WireFormat = {
  contentType: "text/event-stream; charset=utf-8",
  answer: recorded.answer,
  events: events.map(frameOf),
  contentAt: 3,
  textAt: 8,
  answerWithText: (text) => ({ ...recorded.answer, content: [{ type: "text", text }] }),
  textFrame: (text) => frameOf({ ...events[8], delta: { type: "text_delta", text } } as Event),
  errorFrame: frameOf(recorded.error),
  brokenFrame: 'event: content_block_delta\ndata: {"type": "content_block_delta", \n\n',
  errorBody: recorded.error,
  errorReason: "overloaded_error",
  openToolCall: {
    // an answer that is whole has no open JSON: the nearest is an input that is no object
    answer: { ...recorded.answer, content: [{ ...paris, input: cutJson }], stop_reason: "tool_use" },
    events: [start, ...toolEvents(0, paris, cutJson), ...withTools("tool_use")].map(frameOf),
  },
  parallelTools: {
    answer: { ...recorded.answer, content: recorded.parallelToolCalls, stop_reason: "tool_use" },
    events: [
      start,
      ...toolEvents(0, paris, JSON.stringify(paris.input)),
      ...toolEvents(1, rome, JSON.stringify(rome.input)),
      ...withTools("tool_use"),
    ].map(frameOf),
  },
  // 195 beside the cache + 1024 read + 300 written = 1519
  usage: {
    inputTokens: 1519,
    cachedInputTokens: 1024,
    cacheWriteTokens: 200,
    cacheWriteHourTokens: 100,
    outputTokens: 310,
    reasoningTokens: 192,
  },
  prices: {
    inputUsdPerMillionTokens: 3,
    cachedInputUsdPerMillionTokens: 0.3,
    cacheWriteUsdPerMillionTokens: 3.75,
    cacheWriteHourUsdPerMillionTokens: 6,
    outputUsdPerMillionTokens: 15,
    source: "made up for the test",
    asOf: "2026-11-26",
  },
  // 195 * 3 + 1024 * .3 + 200 * 3.75 + 100 * 6 + 310 * 15 = 585 + 307.2 + 750 + 600 + 4650 = 6892.2 per million
  costUsd: 0.0068922,
};
