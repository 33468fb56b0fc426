import type { JsonObject, StreamPart, TokenLogprob } from "@onehead/provider";
import { record } from "@onehead/provider-http";
import { completionUsage } from "../openai-wire/completion-usage.js";
import { openAiError } from "../openai-wire/open-ai-error.js";
import type { AnswerInfo, ErrorInfo, EventWriter, ServerEvent } from "../server-format.js";
import { completionChoice, completionFinishReason, completionHead } from "./completion-answer.js";

/** Writes the chunks of a streamed completion. */
export class CompletionEventWriter implements EventWriter {
  readonly #head: JsonObject;
  readonly #tellsUsage: boolean;
  #offset = 0;

  constructor(about: AnswerInfo) {
    this.#head = completionHead(about);
    this.#tellsUsage = record(about.body["stream_options"])["include_usage"] === true;
  }

  write(part: StreamPart): ServerEvent[] {
    if (part.type === "text") return part.text === "" ? [] : [this.#chunk(part.text)];
    if (part.type === "logprobs") {
      const chunk = this.#chunk("", null, part.tokens);
      for (const { token } of part.tokens) this.#offset += token.length;
      return [chunk];
    }
    if (part.type !== "finish") return [];
    const end = this.#chunk("", completionFinishReason(part.finishReason));
    const usage = completionUsage(part.usage);
    if (!this.#tellsUsage || usage === undefined) return [end];
    return [end, { data: { ...this.#head, choices: [], usage } }];
  }

  end(): ServerEvent[] {
    return [{ data: "[DONE]" }];
  }

  fail(error: ErrorInfo): ServerEvent[] {
    return [{ data: { error: openAiError(error) } }];
  }

  #chunk(text: string, finishReason: string | null = null, tokens?: readonly TokenLogprob[]): ServerEvent {
    const choices = [completionChoice(text, finishReason, tokens, this.#offset)];
    return { data: { ...this.#head, choices, ...(this.#tellsUsage ? { usage: null } : {}) } };
  }
}
