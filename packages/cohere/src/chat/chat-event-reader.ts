import { ProviderResponseError, type ResponseInfo, type StreamPart, type Usage, type Warning } from "@onehead/provider";
import {
  type EventReader,
  isRecord,
  parseArguments,
  record,
  requireRecord,
  ToolCalls,
  text,
  type Wire,
} from "@onehead/provider-http";
import { assertFinished, endOfReasoning, finishReasonOf, logprobsOf, type ReasoningKind } from "./chat-parts.js";
import { chatUsage } from "./chat-usage.js";

/** Reads the events of a streamed answer to `POST /v2/chat`. */
export class ChatEventReader implements EventReader<unknown> {
  usage: Usage | undefined;
  readonly #warnings: Warning[];
  readonly #calls = new ToolCalls();
  /** What has come of the arguments of each call. */
  readonly #arguments = new Map<number, string[]>();
  #started = false;
  #reasoning: ReasoningKind | undefined;
  #finish: string | undefined;
  #response: ResponseInfo = {};

  constructor(warnings: Warning[]) {
    this.#warnings = warnings;
  }

  *read(value: unknown): Iterable<StreamPart> {
    const event = requireRecord("stream: event", value);
    if (!this.#started) {
      this.#started = true;
      this.#response = { id: text(event["id"]) };
      yield { type: "start", warnings: this.#warnings, response: this.#response };
    }
    const delta = record(event["delta"]);
    const message = record(delta["message"]);
    const index = typeof event["index"] === "number" ? event["index"] : 0;
    switch (event["type"]) {
      case "content-start":
      case "content-delta":
        yield* this.#readContent(record(message["content"]), event["logprobs"]);
        return;
      case "content-end":
        yield* this.#endReasoning();
        return;
      case "tool-plan-delta":
        yield* this.#reason("tool_plan", text(message["tool_plan"]) ?? "");
        return;
      case "tool-call-start":
        yield* this.#endReasoning();
        yield* this.#startCall(index, record(message["tool_calls"]));
        return;
      case "tool-call-delta":
        yield* this.#append(index, argumentsOf(record(message["tool_calls"])));
        return;
      case "tool-call-end":
        yield* this.#endCall(index);
        return;
      case "message-end":
        yield* this.#endReasoning();
        this.usage = chatUsage(delta["usage"]) ?? this.usage;
        this.#finish = text(delta["finish_reason"]) ?? "";
        assertFinished(this.#finish);
        return;
      default:
    }
  }

  *end(): Iterable<StreamPart> {
    const raw = this.#finish;
    if (raw === undefined) throw new ProviderResponseError("stream: cut off before message-end");
    const warnings: Warning[] = [];
    yield* this.#calls.endAll(finishReasonOf(raw, false), warnings);
    yield {
      type: "finish",
      finishReason: finishReasonOf(raw, this.#calls.finished > 0),
      rawFinishReason: raw,
      usage: this.usage ?? { inputTokens: undefined, outputTokens: undefined },
      warnings,
      response: this.#response,
    };
  }

  *#readContent(content: Wire, logprobs: unknown): Iterable<StreamPart> {
    yield* this.#reason("thinking", text(content["thinking"]) ?? "");
    const words = text(content["text"]) ?? "";
    if (words !== "") {
      yield* this.#endReasoning();
      yield { type: "text", text: words };
    }
    const tokens = isRecord(logprobs) || Array.isArray(logprobs) ? logprobsOf(logprobs) : [];
    if (tokens.length > 0) yield { type: "logprobs", tokens };
  }

  *#reason(kind: ReasoningKind, words: string): Iterable<StreamPart> {
    if (words === "") return;
    if (this.#reasoning !== kind) yield* this.#endReasoning();
    this.#reasoning = kind;
    yield { type: "reasoning", text: words };
  }

  *#endReasoning(): Iterable<StreamPart> {
    if (this.#reasoning === undefined) return;
    const kind = this.#reasoning;
    this.#reasoning = undefined;
    yield endOfReasoning(kind);
  }

  *#startCall(index: number, call: Wire): Iterable<StreamPart> {
    this.#arguments.set(index, []);
    yield* this.#calls.start(index, text(call["id"]), text(record(call["function"])["name"]) ?? "");
    yield* this.#append(index, argumentsOf(call));
  }

  *#append(index: number, json: string): Iterable<StreamPart> {
    this.#arguments.get(index)?.push(json);
    yield* this.#calls.append(index, json);
  }

  /** A call that did not close here was cut, or is an error: the finish reason tells which. */
  *#endCall(index: number): Iterable<StreamPart> {
    const json = this.#arguments.get(index)?.join("");
    if (json !== undefined && parseArguments(json) !== undefined) yield* this.#calls.end(index);
  }
}

function argumentsOf(call: Wire): string {
  return text(record(call["function"])["arguments"]) ?? "";
}
