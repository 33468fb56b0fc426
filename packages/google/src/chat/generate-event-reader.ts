import { ProviderResponseError, type ResponseInfo, type StreamPart, type Usage, type Warning } from "@onehead/provider";
import { type EventReader, isRecord, readErrorBody, requireRecord, text } from "@onehead/provider-http";
import {
  assertNotBroken,
  blockReasonOf,
  candidateOf,
  finishReasonOf,
  infoOf,
  logprobsOf,
  PartReader,
  partsOf,
} from "./generate-parts.js";
import { generateUsage } from "./generate-usage.js";

/** Reads the chunks of a streamed answer: each has the form of a whole one, and the usage so far. */
export class GenerateEventReader implements EventReader<unknown> {
  usage: Usage | undefined;
  readonly #warnings: Warning[];
  readonly #lateWarnings: Warning[] = [];
  readonly #parts = new PartReader(this.#lateWarnings);
  #response: ResponseInfo | undefined;
  #finish: string | undefined;
  #blocked = false;

  constructor(warnings: Warning[]) {
    this.#warnings = warnings;
  }

  *read(event: unknown): Iterable<StreamPart> {
    const chunk = requireRecord("stream: chunk", event);
    if (isRecord(chunk["error"])) {
      const { reason } = readErrorBody(chunk);
      throw new ProviderResponseError(`stream: error event${reason === undefined ? "" : `: ${reason}`}`, { reason });
    }
    if (this.#response === undefined) {
      this.#response = infoOf(chunk);
      yield { type: "start", warnings: this.#warnings, response: this.#response };
    }
    this.usage = generateUsage(chunk["usageMetadata"]) ?? this.usage;
    const candidate = candidateOf(chunk);
    if (candidate === undefined) {
      const blocked = blockReasonOf(chunk);
      this.#blocked ||= blocked !== undefined;
      this.#finish ??= blocked;
      return;
    }
    for (const part of partsOf(candidate)) yield* this.#parts.read(part);
    const tokens = logprobsOf(candidate);
    if (tokens.length > 0) yield { type: "logprobs", tokens };
    const finishReason = text(candidate["finishReason"]);
    assertNotBroken(finishReason);
    this.#finish = finishReason ?? this.#finish;
  }

  *end(): Iterable<StreamPart> {
    if (this.#finish === undefined) throw new ProviderResponseError("stream: cut off before its finishReason");
    yield {
      type: "finish",
      finishReason: this.#blocked ? "content-filter" : finishReasonOf(this.#finish, this.#parts.hasCalls),
      rawFinishReason: this.#finish,
      usage: this.usage ?? { inputTokens: undefined, outputTokens: undefined },
      warnings: this.#lateWarnings,
      response: this.#response ?? {},
    };
  }
}
