import { ProviderResponseError, type StreamPart, type Usage, type Warning } from "@onehead/provider";
import { type EventReader, record, requireRecord, ToolCalls, text } from "@onehead/provider-http";
import { callsOf, chatUsage, finishReasonOf, logprobsOf } from "./chat-parts.js";

/** Reads the lines of a streamed answer. */
export class ChatEventReader implements EventReader<unknown> {
  usage: Usage | undefined;
  readonly #warnings: Warning[];
  readonly #calls = new ToolCalls();
  #count = 0;
  #model: string | undefined;
  #started = false;
  #done = false;
  #finish: string | undefined;

  constructor(warnings: Warning[]) {
    this.#warnings = warnings;
  }

  *read(event: unknown): Iterable<StreamPart> {
    const answer = requireRecord("stream: event", event);
    if (!this.#started) {
      this.#started = true;
      this.#model = text(answer["model"]);
      yield { type: "start", warnings: this.#warnings, response: { id: undefined, model: this.#model } };
    }
    const message = record(answer["message"]);
    const thinking = text(message["thinking"]) ?? "";
    if (thinking !== "") yield { type: "reasoning", text: thinking };
    const words = text(message["content"]) ?? "";
    if (words !== "") yield { type: "text", text: words };
    for (const call of callsOf(message)) {
      // each comes whole; several may come one by one
      const key = this.#count++;
      yield* this.#calls.start(key, call.id, call.name);
      yield* this.#calls.append(key, call.arguments);
    }
    const tokens = logprobsOf(answer);
    if (tokens.length > 0) yield { type: "logprobs", tokens };
    if (answer["done"] !== true) return;
    this.#done = true;
    this.#finish = text(answer["done_reason"]);
    this.usage = chatUsage(answer);
  }

  *end(): Iterable<StreamPart> {
    if (!this.#done) throw new ProviderResponseError("stream: cut off before its last event");
    const warnings: Warning[] = [];
    const raw = this.#finish;
    yield* this.#calls.endAll(finishReasonOf(raw, false), warnings);
    yield {
      type: "finish",
      finishReason: finishReasonOf(raw, this.#calls.finished > 0),
      rawFinishReason: raw,
      usage: this.usage ?? { inputTokens: undefined, outputTokens: undefined },
      warnings,
      response: { id: undefined, model: this.#model },
    };
  }
}
