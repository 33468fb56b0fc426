import type { JsonObject } from "../json/json-value.js";
import type { StreamPart } from "./chat-result.js";
import type { Usage } from "./usage.js";

/** The interfaces that more than one provider speaks, and that programs speak to a router. */
export type NativeFormat = "chat-completions" | "responses" | "messages";

/**
 * Calls in the provider's own words: bodies and answers go through as they are, so that nothing is lost in translation. Deadlines
 * and errors are those of the model.
 */
export interface NativeCalls {
  readonly format: NativeFormat;
  /** @param body its `model` is replaced by the model's own; `stream` is not set. @throws as `ChatModel.generate` */
  send(body: JsonObject, options?: NativeOptions): Promise<NativeAnswer>;
  /** Settles once the provider has answered with headers. @throws as `ChatModel.stream` */
  open(body: JsonObject, options?: NativeOptions): Promise<NativeStream>;
}

export interface NativeOptions {
  headers?: Readonly<Record<string, string>> | undefined;
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
  idleTimeoutMs?: number | undefined;
}

export interface NativeAnswer {
  /** As the provider sent it. */
  body: JsonObject;
  usage: Usage | undefined;
}

/** Events of one answer as they came, each with the parts that it holds; can be read once. Ends, and fails, as a `ChatStream`. */
export interface NativeStream extends AsyncIterableIterator<NativeEvent> {
  /** Gives the connection back, read or not. Never throws. */
  return(value?: undefined): Promise<IteratorResult<NativeEvent>>;
}

export interface NativeEvent {
  /** Undefined at the end of the events, which can complete parts too. */
  event: JsonObject | undefined;
  parts: StreamPart[];
}
