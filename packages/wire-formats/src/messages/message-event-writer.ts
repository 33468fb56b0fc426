import type { FinishPart, JsonObject, ReasoningDelta, StreamPart } from "@onehead/provider";
import type { AnswerInfo, ErrorInfo, EventWriter, ServerEvent } from "../server-format.js";
import { anthropicError } from "./anthropic-error.js";
import { messageHead, reasoningBlock, textBlock } from "./message-answer.js";
import { messageStop } from "./message-stop.js";
import { messageUsage } from "./message-usage.js";
import { ToolBlocks } from "./tool-blocks.js";

/** Writes the events of a streamed message, whose blocks follow one another. */
export class MessageEventWriter implements EventWriter {
  readonly #about: AnswerInfo;
  #begun = false;
  /** The block of text or thought that is open, if one is; the blocks of tools are kept apart. */
  #open: "text" | "thinking" | undefined;
  #index = 0;
  readonly #tools = new ToolBlocks();
  /** Of what comes while a tool's block is open: it waits. */
  readonly #waiting: StreamPart[] = [];

  constructor(about: AnswerInfo) {
    this.#about = about;
  }

  write(part: StreamPart): ServerEvent[] {
    const begin = this.#begun ? [] : [this.#start()];
    this.#begun = true;
    return [...begin, ...this.#eventsOf(part)];
  }

  end(): ServerEvent[] {
    return [named("message_stop", {})];
  }

  fail(error: ErrorInfo): ServerEvent[] {
    return [{ event: "error", data: anthropicError(error) }];
  }

  #start(): ServerEvent {
    const { inputTokens } = this.#about;
    const usage = messageUsage({ inputTokens, outputTokens: undefined });
    return named("message_start", { message: { ...messageHead(this.#about), usage } });
  }

  #eventsOf(part: StreamPart): ServerEvent[] {
    switch (part.type) {
      case "text":
      case "reasoning":
        if (this.#tools.open) {
          this.#waiting.push(part);
          return [];
        }
        return part.type === "text" ? this.#text(part.text) : this.#reasoning(part);
      case "tool-call-start":
        return this.#toolEvents(() => this.#tools.start(part.id, part.name));
      case "tool-call-delta":
        return this.#toolEvents(() => this.#tools.append(part.id, part.argumentsDelta));
      case "tool-call":
        return this.#toolEvents(() => this.#tools.end(part));
      case "finish":
        return this.#finish(part);
      default:
        // Anthropic tells no log probabilities
        return [];
    }
  }

  #text(text: string): ServerEvent[] {
    if (text === "") return [];
    const begin = this.#open === "text" ? [] : [...this.#close(), ...this.#begin("text", textBlock(""))];
    return [...begin, this.#delta({ type: "text_delta", text })];
  }

  #reasoning({ text, signature, redacted }: ReasoningDelta): ServerEvent[] {
    if (redacted) return [...this.#close(), ...this.#whole(reasoningBlock({ text, signature, redacted }))];
    if (text === "" && signature === undefined) return [];
    const begin =
      this.#open === "thinking" ? [] : [...this.#close(), ...this.#begin("thinking", reasoningBlock({ text: "" }))];
    return [
      ...begin,
      ...(text === "" ? [] : [this.#delta({ type: "thinking_delta", thinking: text })]),
      // it ends the thought that it proves
      ...(signature === undefined ? [] : [this.#delta({ type: "signature_delta", signature }), ...this.#close()]),
    ];
  }

  /** What the blocks of tools write, and after the last of them what has waited for that. */
  #toolEvents(write: () => Iterable<JsonObject>): ServerEvent[] {
    const wasOpen = this.#tools.open;
    const data = [...write()];
    const events = !wasOpen && (this.#tools.open || data.length > 0) ? this.#close() : [];
    for (const event of data) {
      events.push(named(String(event["type"]), { ...event, index: this.#index }));
      if (event["type"] === "content_block_stop") this.#index++;
    }
    if (!this.#tools.open) for (const part of this.#waiting.splice(0)) events.push(...this.#eventsOf(part));
    return events;
  }

  #finish({ usage, finishReason, rawFinishReason }: FinishPart): ServerEvent[] {
    const cut = this.#toolEvents(() => this.#tools.endAll());
    const stop = messageStop({ finishReason, rawFinishReason }, this.#tools.begun > 0, this.#about.body);
    return [
      ...cut,
      ...this.#close(),
      named("message_delta", { delta: { container: null, ...stop }, usage: messageUsage(usage) }),
    ];
  }

  #begin(kind: "text" | "thinking", block: JsonObject): ServerEvent[] {
    this.#open = kind;
    return [named("content_block_start", { index: this.#index, content_block: block })];
  }

  #delta(delta: JsonObject): ServerEvent {
    return named("content_block_delta", { index: this.#index, delta });
  }

  #whole(block: JsonObject): ServerEvent[] {
    const index = this.#index++;
    return [named("content_block_start", { index, content_block: block }), named("content_block_stop", { index })];
  }

  #close(): ServerEvent[] {
    if (this.#open === undefined) return [];
    this.#open = undefined;
    return [named("content_block_stop", { index: this.#index++ })];
  }
}

function named(event: string, data: JsonObject): ServerEvent {
  return { event, data: { type: event, ...data } };
}
