import { type FinishReason, ProviderResponseError, type StreamPart, type Usage, type Warning } from "@onehead/provider";
import {
  type EventReader,
  isRecord,
  list,
  record,
  requireRecord,
  ToolCalls,
  text,
  type Wire,
} from "@onehead/provider-http";
import { assertNoError, finishReasonOf, logprobsOf, reasoningOf, textOf } from "./chat-parts.js";
import { chatUsage } from "./chat-usage.js";

/** Reads the chunks of a streamed chat completion. */
export class ChatEventReader implements EventReader<unknown> {
  usage: Usage | undefined;
  readonly #warnings: Warning[];
  readonly #calls = new ToolCalls();
  #started = false;
  #refused = false;
  #finish: string | undefined;
  #response: { id?: string | undefined; model?: string | undefined } = {};
  /** The call that was last begun under an index or id, and which of these that was. */
  readonly #open = new Map<string | number, { key: number; id: string }>();
  #slot: string | number = 0;
  #begun = 0;

  constructor(warnings: Warning[]) {
    this.#warnings = warnings;
  }

  *read(event: unknown): Iterable<StreamPart> {
    const chunk = requireRecord("stream: chunk", event);
    assertNoError("stream", chunk);
    // Azure's first chunk tells of its filters alone, with empty names
    const { id = text(chunk["id"]), model = text(chunk["model"]) } = this.#response;
    this.#response = { id: id || undefined, model: model || undefined };
    if (!this.#started) {
      this.#started = true;
      yield { type: "start", warnings: this.#warnings, response: this.#response };
    }
    this.usage = chatUsage(chunk["usage"]) ?? chatUsage(record(chunk["x_groq"])["usage"]) ?? this.usage;
    // of several answers the first is read
    for (const choice of list(chunk["choices"]))
      if (isRecord(choice) && !choice["index"]) yield* this.#readChoice(choice);
  }

  *end(): Iterable<StreamPart> {
    if (this.#finish === undefined) throw new ProviderResponseError("stream: cut off before its finish_reason");
    const warnings: Warning[] = [];
    const raw = this.#finish;
    const ending: FinishReason = finishReasonOf(raw, false);
    yield* this.#calls.endAll(ending, warnings);
    yield {
      type: "finish",
      finishReason: this.#refused ? "content-filter" : finishReasonOf(raw, this.#calls.finished > 0),
      rawFinishReason: raw,
      usage: this.usage ?? { inputTokens: undefined, outputTokens: undefined },
      warnings,
      response: this.#response,
    };
  }

  *#readChoice(choice: Wire): Iterable<StreamPart> {
    const delta = record(choice["delta"]);
    const reasoning = reasoningOf(delta);
    if (reasoning !== "") yield { type: "reasoning", text: reasoning };
    const refusal = text(delta["refusal"]) ?? "";
    if (refusal !== "") this.#refused = true;
    const answer = textOf(delta["content"]) + refusal;
    if (answer !== "") yield { type: "text", text: answer };
    for (const call of list(delta["tool_calls"]).filter(isRecord)) yield* this.#readCall(call);
    const tokens = logprobsOf(choice);
    if (tokens.length > 0) yield { type: "logprobs", tokens };
    this.#finish = text(choice["finish_reason"]) ?? this.#finish;
  }

  *#readCall(call: Wire): Iterable<StreamPart> {
    const fn = record(call["function"]);
    const id = text(call["id"]) ?? "";
    const name = text(fn["name"]) ?? "";
    const key = this.#keyOf(call["index"], id, name);
    if (!this.#calls.has(key)) yield* this.#calls.start(key, id, name);
    const json = fn["arguments"];
    yield* this.#calls.append(key, typeof json === "string" ? json : (JSON.stringify(json ?? undefined) ?? ""));
  }

  /** Servers differ in what tells calls apart: an index, the same one for each of them, an id with each piece, or a name alone. */
  #keyOf(index: unknown, id: string, name: string): number {
    if (typeof index === "number") this.#slot = index;
    else if (id !== "") this.#slot = id;
    else if (name !== "") this.#slot = `unnamed ${this.#begun}`;
    const open = this.#open.get(this.#slot);
    if (open !== undefined && (id === "" || id === open.id || name === "")) return open.key;
    const key = this.#begun++;
    this.#open.set(this.#slot, { key, id });
    return key;
  }
}
