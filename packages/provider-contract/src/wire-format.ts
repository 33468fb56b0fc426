import type { ModelPrices, Usage } from "@onehead/provider";

/** Bytes of one event, or text that stands for them. */
export type Frame = string | Uint8Array;

/** One provider's answers as they travel, for the fault server; made from the recorded shapes in `__fixtures__`. */
export interface WireFormat {
  /** Of a stream. */
  contentType: string;
  /** Headers that the provider's client insists on. */
  headers?: (status: number) => Record<string, string>;
  /** The whole answer, unstreamed; its text is {@link answerText}. */
  answer: object;
  /** The same answer streamed. */
  events: readonly Frame[];
  /** Position of the first event that has content, and of the first that has text. */
  contentAt: number;
  textAt: number;
  answerWithText(text: string): object;
  /** An event in the place of `events[textAt]` with this text. */
  textFrame(text: string): Frame;
  /** An event that tells of an error, and the provider's name of it; what no event can tell is cut off instead. */
  errorFrame: Frame;
  /** An event whose JSON is broken. */
  brokenFrame: Frame;
  errorBody: object;
  /** Name of the fault in `errorBody`, as the adapter reports it; undefined where the provider tells of faults in sentences only. */
  errorReason: string | undefined;
  /** An answer with a tool call whose arguments never close. */
  openToolCall: { answer: object; events: readonly Frame[] };
  /** An answer with two calls: of `get_weather` with {"city":"Paris"}, then with {"city":"Rome"}. */
  parallelTools: { answer: object; events: readonly Frame[] };
  /** What `answer` was billed for, and what that costs by hand. */
  usage: Usage;
  prices: ModelPrices;
  costUsd: number;
}

/** Text of every recorded answer: characters of one to four bytes. */
export const answerText = "Grüße, 世界 🌍!";

/** A server-sent event of JSON. */
export function sseFrame(json: unknown, event?: string): string {
  return `${event === undefined ? "" : `event: ${event}\n`}data: ${JSON.stringify(json)}\n\n`;
}
