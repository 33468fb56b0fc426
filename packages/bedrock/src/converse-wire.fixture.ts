import type { WireFormat } from "@onehead/provider-contract";
import { EventStreamCodec } from "@smithy/eventstream-codec";
import recorded from "./__fixtures__/converse.json" with { type: "json" };

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === "string" ? bytes : decoder.decode(bytes)),
  (text) => encoder.encode(text),
);

/** A message as AWS's own encoder writes it. */
export function frameOf(headers: Readonly<Record<string, string>>, payload: string): Uint8Array {
  const typed = Object.entries(headers).map(([name, value]) => [name, { type: "string" as const, value }]);
  return codec.encode({ headers: Object.fromEntries(typed), body: encoder.encode(payload) });
}

/** An event, `{ [name]: fields }`. */
function eventFrame(event: object): Uint8Array {
  const [[name, fields]] = Object.entries(event);
  const headers = { ":event-type": name, ":content-type": "application/json", ":message-type": "event" };
  // Bedrock pads events so that their lengths tell nothing
  return frameOf(headers, JSON.stringify({ ...fields, p: "abcdefghijklmn" }));
}

export function exceptionFrame(type: string): Uint8Array {
  const headers = { ":exception-type": type, ":content-type": "application/json", ":message-type": "exception" };
  return frameOf(headers, JSON.stringify(recorded.error));
}

function answerWith(content: object[], stopReason: string): object {
  return { ...recorded.answer, output: { message: { role: "assistant", content } }, stopReason };
}

function toolEvents(calls: ReadonlyArray<readonly [id: string, ...pieces: string[]]>, closed: boolean): Uint8Array[] {
  const blocks = calls.flatMap(([toolUseId, ...pieces], contentBlockIndex) => [
    { contentBlockStart: { contentBlockIndex, start: { toolUse: { toolUseId, name: "get_weather" } } } },
    ...pieces.map((input) => ({ contentBlockDelta: { contentBlockIndex, delta: { toolUse: { input } } } })),
    ...(closed ? [{ contentBlockStop: { contentBlockIndex } }] : []),
  ]);
  const ending = [{ messageStop: { stopReason: "tool_use" } }, recorded.events[9]];
  return [recorded.events[0], ...blocks, ...ending].map(eventFrame);
}

const [first, second] = recorded.toolUses.map(({ toolUse }) => toolUse.toolUseId);

/** Converse and ConverseStream as Bedrock sends them. */
export const converseWire: WireFormat = {
  contentType: "application/vnd.amazon.eventstream",
  headers: (status) => (status === 200 ? {} : { "x-amzn-errortype": recorded.errorType }),
  answer: recorded.answer,
  events: recorded.events.map(eventFrame),
  contentAt: 1,
  textAt: 5,
  answerWithText: (text) => answerWith([{ text }], "end_turn"),
  textFrame: (text) => eventFrame({ contentBlockDelta: { contentBlockIndex: 1, delta: { text } } }),
  errorFrame: exceptionFrame("throttlingException"),
  brokenFrame: frameOf(
    { ":event-type": "contentBlockDelta", ":content-type": "application/json", ":message-type": "event" },
    '{"contentBlockIndex": 1, "delta": {',
  ),
  errorBody: recorded.error,
  errorReason: recorded.errorType,
  openToolCall: {
    // an object cannot be left open in an answer that is JSON: what comes instead is text
    answer: answerWith([{ toolUse: { ...recorded.toolUses[0].toolUse, input: '{"city":"Par' } }], "tool_use"),
    events: toolEvents([[first, '{"city":', '"Par']], false),
  },
  parallelTools: {
    answer: answerWith(recorded.toolUses, "tool_use"),
    events: toolEvents(
      [
        [first, "", '{"city":', '"Paris"}'],
        [second, '{"ci', 'ty":"Rome"}'],
      ],
      true,
    ),
  },
  usage: { inputTokens: 1731, cachedInputTokens: 1024, cacheWriteTokens: 512, outputTokens: 310 },
  prices: {
    inputUsdPerMillionTokens: 3,
    cachedInputUsdPerMillionTokens: 0.3,
    cacheWriteUsdPerMillionTokens: 3.75,
    outputUsdPerMillionTokens: 15,
    source: "made up for the test",
    asOf: "2026-11-26",
  },
  // (1731 - 1024 - 512) * 3 + 1024 * .3 + 512 * 3.75 + 310 * 15 = 585 + 307.2 + 1920 + 4650 = 7462.2 per million
  costUsd: 0.0074622,
};
