import type { JsonValue } from "../json/json-value.js";
import type { AssistantPart } from "./message.js";
import type { Usage } from "./usage.js";

/** Why the answer ended; "other" for whatever else a provider says. */
export type FinishReason = "stop" | "length" | "tool-calls" | "content-filter" | "other";

export interface ChatResult {
  /** In the order of the answer; texts that follow each other are one. */
  content: AssistantPart[];
  finishReason: FinishReason;
  /** In the provider's words. */
  rawFinishReason?: string | undefined;
  usage: Usage;
  warnings: Warning[];
  /** Of the answer's tokens; only where they were asked for and given. */
  logprobs?: TokenLogprob[] | undefined;
  response: ResponseInfo;
}

export interface ResponseInfo {
  id?: string | undefined;
  /** The model that the provider says has answered. */
  model?: string | undefined;
}

export interface TokenLogprob {
  token: string;
  logprob: number;
  top: Array<{ token: string; logprob: number }>;
}

/** A field of the request that had no effect, or another one than was asked for. */
export interface Warning {
  /** Of {@link ChatRequest}, such as "seed" or "tools[0].strict". */
  field: string;
  message: string;
}

/** What a stream gives, in this order: one start, any number of content parts, one finish. */
export type StreamPart =
  | { type: "start"; warnings: Warning[]; response: ResponseInfo }
  | { type: "text"; text: string }
  | ReasoningDelta
  /** A tool call has begun; its arguments follow in pieces. */
  | { type: "tool-call-start"; id: string; name: string }
  | { type: "tool-call-delta"; id: string; argumentsDelta: string }
  /** A tool call is whole, and its arguments are JSON. */
  | { type: "tool-call"; id: string; name: string; arguments: string; signature?: string | undefined }
  | { type: "logprobs"; tokens: TokenLogprob[] }
  | FinishPart;

export interface ReasoningDelta {
  type: "reasoning";
  text: string;
  /** Belongs to all reasoning since the last signature, and ends it. */
  signature?: string | undefined;
  redacted?: boolean | undefined;
}

export interface FinishPart {
  type: "finish";
  finishReason: FinishReason;
  rawFinishReason?: string | undefined;
  usage: Usage;
  /** Warnings that arose on the way. */
  warnings: Warning[];
  response: ResponseInfo;
  /** As the provider sent them, for what has no field here. */
  raw?: JsonValue | undefined;
}
