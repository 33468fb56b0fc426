import { ProviderResponseError, type StreamPart, type Usage, type Warning } from "@onehead/provider";
import { type EventReader, record, requireRecord, ToolCalls, text, type Wire } from "@onehead/provider-http";
import { assertNoError, infoOf } from "../chat/chat-parts.js";
import { assertNotFailed, endOf, responseLogprobs, responseUsage } from "./from-response.js";
import { reasoningSignature } from "./to-responses-body.js";

/** Reads the events of a streamed response. */
export class ResponseEventReader implements EventReader<unknown> {
  usage: Usage | undefined;
  readonly #warnings: Warning[];
  readonly #calls = new ToolCalls();
  #started = false;
  #refused = false;
  #ended: Wire | undefined;

  constructor(warnings: Warning[]) {
    this.#warnings = warnings;
  }

  *read(value: unknown): Iterable<StreamPart> {
    const event = requireRecord("stream: event", value);
    const response = record(event["response"]);
    const type = text(event["type"]) ?? "";
    assertNoError("stream", type === "error" ? { error: event["error"] ?? event } : event);
    if (!this.#started) {
      this.#started = true;
      yield { type: "start", warnings: this.#warnings, response: infoOf(response) };
    }
    const delta = text(event["delta"]) ?? "";
    // servers differ in their ids, and some have another one in each event
    const key = String(event["output_index"] ?? event["item_id"]);
    switch (type) {
      case "response.output_text.delta": {
        if (delta !== "") yield { type: "text", text: delta };
        const tokens = responseLogprobs(event["logprobs"]);
        if (tokens.length > 0) yield { type: "logprobs", tokens };
        return;
      }
      case "response.refusal.delta":
        this.#refused = true;
        if (delta !== "") yield { type: "text", text: delta };
        return;
      case "response.reasoning_summary_part.added":
        if (event["summary_index"]) yield { type: "reasoning", text: "\n\n" };
        return;
      case "response.reasoning_summary_text.delta":
      case "response.reasoning_text.delta":
        if (delta !== "") yield { type: "reasoning", text: delta };
        return;
      case "response.output_item.added":
        yield* this.#itemAdded(record(event["item"]), key);
        return;
      case "response.function_call_arguments.delta":
        yield* this.#calls.append(key, delta);
        return;
      case "response.output_item.done":
        yield* this.#itemDone(record(event["item"]), key);
        return;
      case "response.completed":
      case "response.incomplete":
      case "response.failed":
        this.usage = responseUsage(response["usage"]) ?? this.usage;
        assertNotFailed(response);
        this.#ended = response;
        return;
      default:
    }
  }

  *end(): Iterable<StreamPart> {
    if (this.#ended === undefined) throw new ProviderResponseError("stream: cut off before response.completed");
    const { finishReason, raw } = endOf(this.#ended);
    const warnings: Warning[] = [];
    yield* this.#calls.endAll(finishReason, warnings);
    const calls = this.#calls.finished > 0;
    yield {
      type: "finish",
      finishReason: this.#refused ? "content-filter" : calls && finishReason === "stop" ? "tool-calls" : finishReason,
      rawFinishReason: raw,
      usage: this.usage ?? { inputTokens: undefined, outputTokens: undefined },
      warnings,
      response: infoOf(this.#ended),
    };
  }

  *#itemAdded(item: Wire, key: string): Iterable<StreamPart> {
    if (item["type"] !== "function_call") return;
    yield* this.#calls.start(key, text(item["call_id"]), text(item["name"]) ?? "");
  }

  *#itemDone(item: Wire, key: string): Iterable<StreamPart> {
    if (item["type"] === "function_call" && item["status"] !== "incomplete") {
      if (!this.#calls.has(key)) yield* this.#itemAdded(item, key);
      yield* this.#calls.end(key, text(item["arguments"]));
    }
    const encrypted = text(item["encrypted_content"]);
    if (item["type"] === "reasoning" && encrypted !== undefined) {
      yield { type: "reasoning", text: "", signature: reasoningSignature(text(item["id"]) || "rs_", encrypted) };
    }
  }
}
