import { ProviderResponseError, type ResponseInfo, type StreamPart, type Usage, type Warning } from "@onehead/provider";
import {
  type EventReader,
  isRecord,
  parseArguments,
  record,
  requireRecord,
  ToolCalls,
  text,
  type Wire,
} from "@onehead/provider-http";
import { base64Of } from "./base64-bytes.js";
import { converseUsage } from "./converse-usage.js";
import { finishReasonOf } from "./finish-reason.js";
import { invokedModelOf, requestIdOf } from "./from-converse.js";
import { answerTool, type StructuredOutput } from "./structured-output.js";

/** Reads the events of ConverseStream. */
export class ConverseEventReader implements EventReader<unknown> {
  usage: Usage | undefined;
  readonly #warnings: Warning[];
  readonly #structuredOutput: StructuredOutput;
  readonly #calls = new ToolCalls();
  /** What has come of the arguments of each call. */
  readonly #arguments = new Map<number, string[]>();
  /** Blocks whose input is the answer's text. */
  readonly #answers = new Set<number>();
  #started = false;
  #stopReason: string | undefined;
  #response: ResponseInfo = {};

  constructor(warnings: Warning[], structuredOutput: StructuredOutput) {
    this.#warnings = warnings;
    this.#structuredOutput = structuredOutput;
  }

  *read(value: unknown): Iterable<StreamPart> {
    const event = requireRecord("stream: event", value);
    if (event["$metadata"] !== undefined) {
      this.#response = { id: requestIdOf(event) };
      return;
    }
    if (!this.#started) {
      this.#started = true;
      yield { type: "start", warnings: this.#warnings, response: this.#response };
    }
    if (isRecord(event["contentBlockStart"])) yield* this.#startBlock(event["contentBlockStart"]);
    else if (isRecord(event["contentBlockDelta"])) yield* this.#readDelta(event["contentBlockDelta"]);
    else if (isRecord(event["contentBlockStop"])) yield* this.#endBlock(event["contentBlockStop"]);
    else if (isRecord(event["messageStop"])) this.#stopReason = text(event["messageStop"]["stopReason"]) ?? "";
    else if (isRecord(event["metadata"])) {
      this.usage = converseUsage(event["metadata"]["usage"]) ?? this.usage;
      this.#response = { ...this.#response, model: invokedModelOf(event["metadata"]) };
    }
  }

  *end(): Iterable<StreamPart> {
    const raw = this.#stopReason;
    if (raw === undefined) throw new ProviderResponseError("stream: cut off before messageStop");
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

  *#startBlock(block: Wire): Iterable<StreamPart> {
    const { toolUse } = record(block["start"]);
    if (!isRecord(toolUse) || toolUse["type"] === "server_tool_use") return;
    const index = indexOf(block);
    const name = text(toolUse["name"]) ?? "";
    if (this.#structuredOutput === "tool" && name === answerTool) {
      this.#answers.add(index);
      return;
    }
    this.#arguments.set(index, []);
    yield* this.#calls.start(index, text(toolUse["toolUseId"]), name);
  }

  *#readDelta(block: Wire): Iterable<StreamPart> {
    const index = indexOf(block);
    const delta = record(block["delta"]);
    const words = text(delta["text"]) ?? "";
    if (words !== "") yield { type: "text", text: words };
    if (isRecord(delta["toolUse"])) {
      const input = text(delta["toolUse"]["input"]) ?? "";
      if (this.#answers.has(index)) yield { type: "text", text: input };
      this.#arguments.get(index)?.push(input);
      yield* this.#calls.append(index, input);
    }
    if (isRecord(delta["reasoningContent"])) yield* reasoningOf(delta["reasoningContent"]);
  }

  /** A call that did not close here was cut, or is an error: the stop reason tells which. */
  *#endBlock(block: Wire): Iterable<StreamPart> {
    const index = indexOf(block);
    const json = this.#arguments.get(index)?.join("");
    if (json !== undefined && parseArguments(json) !== undefined) yield* this.#calls.end(index);
  }
}

function* reasoningOf(delta: Wire): Iterable<StreamPart> {
  const words = text(delta["text"]) ?? "";
  if (words !== "") yield { type: "reasoning", text: words };
  const signature = text(delta["signature"]);
  if (signature !== undefined) yield { type: "reasoning", text: "", signature };
  const redacted = base64Of(delta["redactedContent"]);
  if (redacted !== undefined) yield { type: "reasoning", text: "", signature: redacted, redacted: true };
}

function indexOf(block: Wire): number {
  const index = block["contentBlockIndex"];
  return typeof index === "number" ? index : 0;
}
