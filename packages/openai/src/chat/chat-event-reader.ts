import { type FinishReason, ProviderResponseError, type StreamPart, type Usage, type Warning } from "@onehead/provider";
import {
  type EventReader,
  isRecord,
  list,
  readErrorBody,
  record,
  requireRecord,
  ToolCalls,
  text,
  type Wire,
} from "@onehead/provider-http";
import { finishReasonOf, logprobsOf, reasoningOf, textOf } from "./chat-parts.js";
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
  #lastCall: string | number = 0;

  constructor(warnings: Warning[]) {
    this.#warnings = warnings;
  }

  *read(event: unknown): Iterable<StreamPart> {
    const chunk = requireRecord("stream: chunk", event);
    if (chunk["error"] !== undefined && chunk["error"] !== null) {
      const { reason } = readErrorBody(chunk);
      throw new ProviderResponseError(`stream: error event${reason === undefined ? "" : `: ${reason}`}`, { reason });
    }
    if (!this.#started) {
      this.#started = true;
      this.#response = { id: text(chunk["id"]), model: text(chunk["model"]) };
      yield { type: "start", warnings: this.#warnings, response: this.#response };
    }
    this.usage = chatUsage(chunk["usage"]) ?? chatUsage(record(chunk["x_groq"])["usage"]) ?? this.usage;
    const choice = list(chunk["choices"])[0];
    if (isRecord(choice)) yield* this.#readChoice(choice);
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
    const id = text(call["id"]);
    const name = text(fn["name"]);
    const index = typeof call["index"] === "number" ? call["index"] : undefined;
    // servers without an index begin each call with its id
    const key = index ?? (id ? id : this.#lastCall);
    this.#lastCall = key;
    if (!this.#calls.has(key)) yield* this.#calls.start(key, id, name ?? "");
    const json = fn["arguments"];
    yield* this.#calls.append(
      key,
      typeof json === "object" && json !== null ? JSON.stringify(json) : (text(json) ?? ""),
    );
  }
}
