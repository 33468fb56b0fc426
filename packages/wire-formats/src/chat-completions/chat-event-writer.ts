import type { FinishPart, JsonObject, ReasoningDelta, StreamPart } from "@onehead/provider";
import { record } from "@onehead/provider-http";
import { completionUsage } from "../openai-wire/completion-usage.js";
import { openAiError } from "../openai-wire/open-ai-error.js";
import { tokenLogprobs } from "../openai-wire/token-logprobs.js";
import type { AnswerInfo, ErrorInfo, EventWriter, ServerEvent } from "../server-format.js";
import { extraContent } from "../turns/signatures.js";
import { chatHead, thoughtBreak } from "./chat-answer.js";
import { chatFinishReason } from "./chat-finish-reason.js";

type ToolCall = Extract<StreamPart, { type: "tool-call" }>;

/** Writes the chunks of a streamed chat completion. */
export class ChatEventWriter implements EventWriter {
  readonly #head: JsonObject;
  readonly #tellsUsage: boolean;
  #begun = false;
  /** Places of the calls that have begun, by their id, and whether arguments of them were sent. */
  readonly #calls = new Map<string, { index: number; sent: boolean }>();
  #begunCalls = 0;
  #thought = false;
  #thoughtOver = false;

  constructor(about: AnswerInfo) {
    this.#head = chatHead(about, "chat.completion.chunk");
    this.#tellsUsage = record(about.body["stream_options"])["include_usage"] === true;
  }

  write(part: StreamPart): ServerEvent[] {
    const begin = this.#begun ? [] : [this.#chunk({ role: "assistant", content: "", refusal: null })];
    this.#begun = true;
    return [...begin, ...this.#eventsOf(part)];
  }

  end(): ServerEvent[] {
    return [{ data: "[DONE]" }];
  }

  fail(error: ErrorInfo): ServerEvent[] {
    return [{ data: { error: openAiError(error) } }];
  }

  #eventsOf(part: StreamPart): ServerEvent[] {
    switch (part.type) {
      case "start":
        return [];
      case "text":
        if (part.text === "") return [];
        this.#thoughtOver = true;
        return [this.#chunk({ content: part.text })];
      case "reasoning":
        return this.#reasoning(part);
      case "tool-call-start":
        return [this.#beginCall(part.id, part.name)];
      case "tool-call-delta":
        return part.argumentsDelta === "" ? [] : this.#arguments(part.id, part.argumentsDelta);
      case "tool-call":
        return this.#wholeCall(part);
      case "logprobs":
        return [this.#chunk({}, null, { content: tokenLogprobs(part.tokens), refusal: null })];
      case "finish":
        return this.#finish(part);
    }
  }

  #reasoning({ text, signature, redacted }: ReasoningDelta): ServerEvent[] {
    if (text === "") {
      if (signature !== undefined || redacted) this.#thoughtOver = true;
      return [];
    }
    const told = this.#thought && this.#thoughtOver ? thoughtBreak + text : text;
    this.#thought = true;
    this.#thoughtOver = signature !== undefined || redacted === true;
    return [this.#chunk({ reasoning_content: told })];
  }

  #beginCall(id: string, name: string): ServerEvent {
    const index = this.#begunCalls++;
    this.#calls.set(id, { index, sent: false });
    return this.#chunk({ tool_calls: [{ index, id, type: "function", function: { name, arguments: "" } }] });
  }

  #arguments(id: string, json: string): ServerEvent[] {
    const call = this.#calls.get(id);
    if (call === undefined) return [];
    call.sent = true;
    return [this.#chunk({ tool_calls: [{ index: call.index, function: { arguments: json } }] })];
  }

  #wholeCall({ id, name, arguments: json, signature }: ToolCall): ServerEvent[] {
    this.#thoughtOver = true;
    const begin = this.#calls.has(id) ? [] : [this.#beginCall(id, name)];
    const call = this.#calls.get(id);
    // providers that send no pieces say all at the end
    const rest = call?.sent ? [] : this.#arguments(id, json);
    const proof = { index: call?.index, function: { arguments: "" }, ...extraContent(signature) } as JsonObject;
    return [...begin, ...rest, ...(signature === undefined ? [] : [this.#chunk({ tool_calls: [proof] })])];
  }

  #finish({ finishReason, usage }: FinishPart): ServerEvent[] {
    const end = this.#chunk({}, chatFinishReason(finishReason, this.#begunCalls > 0));
    const counts = completionUsage(usage);
    if (!this.#tellsUsage || counts === undefined) return [end];
    return [end, { data: { ...this.#head, choices: [], usage: counts } }];
  }

  #chunk(delta: JsonObject, finishReason: string | null = null, logprobs: JsonObject | null = null): ServerEvent {
    const choice = { index: 0, delta, logprobs, finish_reason: finishReason };
    return { data: { ...this.#head, choices: [choice], ...(this.#tellsUsage ? { usage: null } : {}) } };
  }
}
