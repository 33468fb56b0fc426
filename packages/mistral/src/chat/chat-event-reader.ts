import { ProviderResponseError, type StreamPart, type Usage, type Warning } from "@onehead/provider";
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
import { argumentsOf, assertNoError, callId, finishReasonOf, partsOf } from "./chat-parts.js";
import { chatUsage } from "./chat-usage.js";

/** Reads the chunks of a streamed chat completion. */
export class ChatEventReader implements EventReader<unknown> {
  usage: Usage | undefined;
  readonly #warnings: Warning[];
  readonly #calls = new ToolCalls();
  /** The latest call at each index: pieces that follow name no other. */
  readonly #latest = new Map<number, string>();
  #unnamed = 0;
  #started = false;
  #finish: string | undefined;
  #response: { id?: string | undefined; model?: string | undefined } = {};

  constructor(warnings: Warning[]) {
    this.#warnings = warnings;
  }

  *read(event: unknown): Iterable<StreamPart> {
    const chunk = requireRecord("stream: chunk", event);
    if (chunk["object"] === "error" || (chunk["error"] !== undefined && chunk["error"] !== null)) {
      const { reason } = readErrorBody(chunk);
      throw new ProviderResponseError(`stream: error event${reason === undefined ? "" : `: ${reason}`}`, { reason });
    }
    if (!this.#started) {
      this.#started = true;
      this.#response = { id: text(chunk["id"]), model: text(chunk["model"]) };
      yield { type: "start", warnings: this.#warnings, response: this.#response };
    }
    this.usage = chatUsage(chunk["usage"]) ?? this.usage;
    const choice = list(chunk["choices"])[0];
    if (!isRecord(choice)) return;
    const delta = record(choice["delta"]);
    yield* partsOf(delta["content"]);
    for (const call of list(delta["tool_calls"]).filter(isRecord)) yield* this.#readCall(call);
    this.#finish = text(choice["finish_reason"]) ?? this.#finish;
    assertNoError("stream", this.#finish);
  }

  *end(): Iterable<StreamPart> {
    const raw = this.#finish;
    if (raw === undefined) throw new ProviderResponseError("stream: cut off before its finish_reason");
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

  /** Mistral's own models send calls whole, and not always with an index; others there send them in pieces. */
  *#readCall(call: Wire): Iterable<StreamPart> {
    const index = typeof call["index"] === "number" ? call["index"] : 0;
    const name = text(record(call["function"])["name"]) ?? "";
    const id = callId(call);
    const open = this.#latest.get(index);
    const continues = id === undefined ? name === "" && open !== undefined : id === open;
    const key = continues && open !== undefined ? open : (id ?? `unnamed ${this.#unnamed++}`);
    this.#latest.set(index, key);
    if (!this.#calls.has(key)) yield* this.#calls.start(key, id, name);
    yield* this.#calls.append(key, argumentsOf(call));
  }
}
