import { ProviderResponseError, type StreamPart, type Usage, type Warning } from "@onehead/provider";
import {
  type EventReader,
  isRecord,
  list,
  parseArguments,
  readErrorBody,
  record,
  requireRecord,
  ToolCalls,
  text,
  type Wire,
} from "@onehead/provider-http";
import { finishReasonOf, partsOf, warnOfUnknown } from "./message-blocks.js";
import { mergedUsage, messageUsage } from "./message-usage.js";

type Key = string | number;

/** Reads the events of a streamed message. */
export class MessageEventReader implements EventReader<unknown> {
  usage: Usage | undefined;
  readonly #warnings: Warning[];
  readonly #late: Warning[] = [];
  readonly #calls = new ToolCalls();
  /** JSON of the open tool calls so far. */
  readonly #inputs = new Map<Key, string>();
  #begun: Wire | undefined;
  #finish: string | undefined;
  #stopped = false;

  constructor(warnings: Warning[]) {
    this.#warnings = warnings;
  }

  *read(value: unknown): Iterable<StreamPart> {
    const event = requireRecord("stream: event", value);
    const key = typeof event["index"] === "number" ? event["index"] : 0;
    switch (event["type"]) {
      case "error":
        return this.#fail(event);
      case "message_start":
        yield* this.#start(record(event["message"]));
        return;
      case "content_block_start":
        yield* this.#blockStart(key, record(event["content_block"]));
        return;
      case "content_block_delta":
        yield* this.#delta(key, record(event["delta"]));
        return;
      case "content_block_stop":
        yield* this.#blockStop(key);
        return;
      case "message_delta":
        this.#finish = text(record(event["delta"])["stop_reason"]) ?? this.#finish;
        this.usage = messageUsage(mergedUsage(this.#begun?.["usage"], event["usage"]));
        return;
      case "message_stop":
        this.#stopped = true;
        return;
      default:
      // a ping, or what is still to come
    }
  }

  *end(): Iterable<StreamPart> {
    if (!this.#stopped || this.#finish === undefined) {
      throw new ProviderResponseError("stream: cut off before its message_stop");
    }
    yield* this.#calls.endAll(finishReasonOf(this.#finish, false), this.#late);
    yield {
      type: "finish",
      finishReason: finishReasonOf(this.#finish, this.#calls.finished > 0),
      rawFinishReason: this.#finish,
      usage: this.usage ?? { inputTokens: undefined, outputTokens: undefined },
      warnings: this.#late,
      response: infoOf(this.#begun),
    };
  }

  *#start(message: Wire): Iterable<StreamPart> {
    // some servers say it twice
    if (this.#begun !== undefined) return;
    this.#begun = message;
    yield { type: "start", warnings: this.#warnings, response: infoOf(message) };
    // a turn that goes on after a tool of Anthropic's own may be whole at its start
    for (const [i, block] of list(message["content"]).filter(isRecord).entries()) {
      yield* this.#blockStart(`begun ${i}`, block);
      yield* this.#blockStop(`begun ${i}`);
    }
    this.#finish = text(message["stop_reason"]);
    if (this.#finish !== undefined) this.usage = messageUsage(message["usage"]);
  }

  *#blockStart(key: Key, block: Wire): Iterable<StreamPart> {
    warnOfUnknown(block, this.#late);
    if (block["type"] !== "tool_use") {
      for (const part of partsOf(block)) if (part.text !== "" || "signature" in part) yield part;
      return;
    }
    yield* this.#calls.start(key, text(block["id"]), text(block["name"]) ?? "");
    this.#inputs.set(key, "");
    // empty where pieces follow
    const input = record(block["input"]);
    if (Object.keys(input).length > 0) yield* this.#append(key, JSON.stringify(input));
  }

  *#delta(key: Key, delta: Wire): Iterable<StreamPart> {
    switch (delta["type"]) {
      case "text_delta":
        yield* nonEmpty("text", delta["text"]);
        return;
      case "thinking_delta":
        yield* nonEmpty("reasoning", delta["thinking"]);
        return;
      case "signature_delta": {
        const signature = text(delta["signature"]) ?? "";
        if (signature !== "") yield { type: "reasoning", text: "", signature };
        return;
      }
      case "input_json_delta":
        yield* this.#append(key, text(delta["partial_json"]) ?? "");
        return;
      default:
    }
  }

  *#append(key: Key, json: string): Iterable<StreamPart> {
    const before = this.#inputs.get(key);
    if (before === undefined) return;
    this.#inputs.set(key, before + json);
    yield* this.#calls.append(key, json);
  }

  *#blockStop(key: Key): Iterable<StreamPart> {
    const json = this.#inputs.get(key);
    if (json === undefined) return;
    this.#inputs.delete(key);
    // the block is closed even where the answer is cut within it, and only the end of the message says which
    if (parseArguments(json) !== undefined) yield* this.#calls.end(key);
  }

  #fail(event: Wire): never {
    const { reason } = readErrorBody(event);
    throw new ProviderResponseError(`stream: error event${reason === undefined ? "" : `: ${reason}`}`, { reason });
  }
}

function* nonEmpty(type: "text" | "reasoning", value: unknown): Iterable<StreamPart> {
  const said = text(value) ?? "";
  if (said !== "") yield { type, text: said };
}

function infoOf(message: Wire | undefined): { id: string | undefined; model: string | undefined } {
  return { id: text(message?.["id"]), model: text(message?.["model"]) };
}
