import type { FinishPart, FinishReason, JsonObject, ReasoningDelta, StreamPart } from "@onehead/provider";
import { openAiError } from "../openai-wire/open-ai-error.js";
import type { AnswerInfo, ErrorInfo, EventWriter, ServerEvent } from "../server-format.js";
import { OpenCall, type OpenItem, OpenMessage, OpenReasoning } from "./open-items.js";
import { endingOf, responseHead } from "./response-answer.js";
import { type ItemStatus, itemId } from "./response-items.js";
import { responseUsage } from "./response-usage.js";

type ToolCall = Extract<StreamPart, { type: "tool-call" }>;

/** Writes the events of a streamed response. Calls of tools are open side by side where a provider mixes them. */
export class ResponseEventWriter implements EventWriter {
  readonly #about: AnswerInfo;
  readonly #head: JsonObject;
  #begun = false;
  #sequence = 0;
  /** The items of the output; those that are still open as they began. */
  readonly #output: JsonObject[] = [];
  #open: OpenMessage | OpenReasoning | undefined;
  readonly #calls = new Map<string, OpenCall>();
  #last: { finishReason: FinishReason; usage: JsonObject | null } | undefined;

  constructor(about: AnswerInfo) {
    this.#about = about;
    this.#head = responseHead(about);
  }

  write(part: StreamPart): ServerEvent[] {
    return [...this.#begin(), ...this.#eventsOf(part)];
  }

  end(): ServerEvent[] {
    const { finishReason = "other", usage = null } = this.#last ?? {};
    const ending = endingOf(finishReason);
    const response = { ...this.#head, ...ending, output: [...this.#output], usage };
    return [...this.#begin(), this.#event({ type: `response.${ending.status}`, response })];
  }

  fail(error: ErrorInfo): ServerEvent[] {
    const code = error.status === 429 ? "rate_limit_exceeded" : "server_error";
    const open = [...(this.#open === undefined ? [] : [this.#open]), ...this.#calls.values()];
    for (const item of open) this.#output[item.index] = item.item("incomplete");
    const failure = { status: "failed", error: { code, message: error.message }, output: [...this.#output] };
    return [
      ...this.#begin(),
      this.#event(streamError(error)),
      this.#event({ type: "response.failed", response: { ...this.#head, ...failure } }),
    ];
  }

  #begin(): ServerEvent[] {
    if (this.#begun) return [];
    this.#begun = true;
    return ["response.created", "response.in_progress"].map((type) => this.#event({ type, response: this.#head }));
  }

  #eventsOf(part: StreamPart): ServerEvent[] {
    switch (part.type) {
      case "text":
        return part.text === "" ? [] : this.#text(part.text);
      case "reasoning":
        return this.#reasoning(part);
      case "tool-call-start":
        return this.#beginCall(part.id, part.name);
      case "tool-call-delta":
        return this.#numbered(this.#calls.get(part.id)?.append(part.argumentsDelta) ?? []);
      case "tool-call":
        return this.#wholeCall(part);
      case "finish":
        return this.#finish(part);
      default:
        return [];
    }
  }

  #text(text: string): ServerEvent[] {
    const begin = this.#open instanceof OpenMessage ? [] : [...this.#close(), ...this.#add("text", OpenMessage)];
    return [...begin, ...this.#numbered((this.#open as OpenMessage).append(text))];
  }

  #reasoning({ text, signature, redacted }: ReasoningDelta): ServerEvent[] {
    if (text === "" && signature === undefined && !redacted) return [];
    const goesOn = this.#open instanceof OpenReasoning && !redacted;
    const begin = goesOn ? [] : [...this.#close(), ...this.#add("reasoning", OpenReasoning)];
    const open = this.#open as OpenReasoning;
    const said = this.#numbered(open.append(text));
    if (signature === undefined && !redacted) return [...begin, ...said];
    open.prove(signature, redacted);
    return [...begin, ...said, ...this.#close()];
  }

  #add(kind: "text" | "reasoning", Item: typeof OpenMessage | typeof OpenReasoning): ServerEvent[] {
    const index = this.#output.length;
    this.#open = new Item(itemId(kind, this.#about.id, index), index);
    return this.#added(this.#open);
  }

  #beginCall(id: string, name: string): ServerEvent[] {
    const close = this.#close();
    const index = this.#output.length;
    const call = new OpenCall(itemId("tool-call", this.#about.id, index), index, id, name);
    this.#calls.set(id, call);
    return [...close, ...this.#added(call)];
  }

  #wholeCall(part: ToolCall): ServerEvent[] {
    const begin = this.#calls.has(part.id) ? [] : this.#beginCall(part.id, part.name);
    const call = this.#calls.get(part.id) as OpenCall;
    this.#calls.delete(part.id);
    return [...begin, ...this.#numbered(call.complete(part)), ...this.#done(call, "completed")];
  }

  #finish({ finishReason, usage }: FinishPart): ServerEvent[] {
    this.#last = { finishReason, usage: responseUsage(usage) };
    const { status } = endingOf(finishReason);
    const close = this.#close(status);
    const cut = [...this.#calls.values()].flatMap((call) => this.#done(call, "incomplete"));
    this.#calls.clear();
    return [...close, ...cut];
  }

  #added(item: OpenItem): ServerEvent[] {
    this.#output.push(item.item("in_progress"));
    return [this.#event({ type: "response.output_item.added", output_index: item.index, item: item.begun() })];
  }

  #close(status: "completed" | "incomplete" = "completed"): ServerEvent[] {
    const open = this.#open;
    this.#open = undefined;
    return open === undefined ? [] : this.#done(open, status);
  }

  #done(item: OpenItem, status: ItemStatus): ServerEvent[] {
    const done = item.item(status);
    this.#output[item.index] = done;
    const end = { type: "response.output_item.done", output_index: item.index, item: done };
    return [...this.#numbered(item.end()), this.#event(end)];
  }

  #numbered(events: readonly JsonObject[]): ServerEvent[] {
    return events.map((data) => this.#event(data));
  }

  #event(data: JsonObject): ServerEvent {
    return { event: String(data["type"]), data: { ...data, sequence_number: this.#sequence++ } };
  }
}

/**
 * The event of an error. The interface has its fields beside the type; OpenAI's own server, and the clients that throw at it,
 * have them under `error`.
 */
export function streamError(error: ErrorInfo): JsonObject {
  const { message, code, param } = error;
  return { type: "error", code, message, param, error: openAiError(error) };
}
