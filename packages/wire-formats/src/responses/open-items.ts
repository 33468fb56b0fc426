import type { JsonObject, ToolCallPart } from "@onehead/provider";
import { callItem, type ItemStatus, messageItem, reasoningItem, summaryPart, textPart } from "./response-items.js";

/** An item of the output that is being written: the events that tell of its content. */
export interface OpenItem {
  readonly index: number;
  /** The item before its content. */
  begun(): JsonObject;
  /** The item as it is so far. */
  item(status: ItemStatus): JsonObject;
  /** What ends its content. */
  end(): JsonObject[];
}

export class OpenMessage implements OpenItem {
  readonly #id: string;
  #text = "";
  #begun = false;

  constructor(
    id: string,
    readonly index: number,
  ) {
    this.#id = id;
  }

  append(text: string): JsonObject[] {
    const begin = this.#begun ? [] : [{ type: "response.content_part.added", ...this.#place, part: textPart("") }];
    this.#begun = true;
    this.#text += text;
    return [...begin, { type: "response.output_text.delta", ...this.#place, delta: text, logprobs: [] }];
  }

  begun(): JsonObject {
    return messageItem(this.#id, [], "in_progress");
  }

  item(status: ItemStatus): JsonObject {
    return messageItem(this.#id, this.#begun ? [textPart(this.#text)] : [], status);
  }

  end(): JsonObject[] {
    return [
      { type: "response.output_text.done", ...this.#place, text: this.#text, logprobs: [] },
      { type: "response.content_part.done", ...this.#place, part: textPart(this.#text) },
    ];
  }

  get #place(): JsonObject {
    return { item_id: this.#id, output_index: this.index, content_index: 0 };
  }
}

export class OpenReasoning implements OpenItem {
  readonly #id: string;
  #text = "";
  #signature: string | undefined;
  #redacted = false;

  constructor(
    id: string,
    readonly index: number,
  ) {
    this.#id = id;
  }

  append(text: string): JsonObject[] {
    if (text === "") return [];
    const part = { type: "response.reasoning_summary_part.added", ...this.#place, part: summaryPart("") };
    const begin = this.#text === "" ? [part] : [];
    this.#text += text;
    return [...begin, { type: "response.reasoning_summary_text.delta", ...this.#place, delta: text }];
  }

  prove(signature: string | undefined, redacted = false): void {
    this.#signature = signature;
    this.#redacted = redacted;
  }

  begun(): JsonObject {
    return reasoningItem(this.#id, { text: "" });
  }

  item(): JsonObject {
    return reasoningItem(this.#id, { text: this.#text, signature: this.#signature, redacted: this.#redacted });
  }

  end(): JsonObject[] {
    if (this.#text === "") return [];
    return [
      { type: "response.reasoning_summary_text.done", ...this.#place, text: this.#text },
      { type: "response.reasoning_summary_part.done", ...this.#place, part: summaryPart(this.#text) },
    ];
  }

  get #place(): JsonObject {
    return { item_id: this.#id, output_index: this.index, summary_index: 0 };
  }
}

export class OpenCall implements OpenItem {
  readonly #id: string;
  readonly #callId: string;
  readonly #name: string;
  #json = "";
  #signature: string | undefined;

  constructor(
    id: string,
    readonly index: number,
    callId: string,
    name: string,
  ) {
    this.#id = id;
    this.#callId = callId;
    this.#name = name;
  }

  append(json: string): JsonObject[] {
    if (json === "") return [];
    this.#json += json;
    return [{ type: "response.function_call_arguments.delta", ...this.#place, delta: json }];
  }

  /** Providers that send no pieces say all at the end. */
  complete({ arguments: json, signature }: Omit<ToolCallPart, "type">): JsonObject[] {
    this.#signature = signature;
    return this.#json === "" ? this.append(json) : [];
  }

  begun(): JsonObject {
    return this.item("in_progress");
  }

  item(status: ItemStatus): JsonObject {
    const call = { id: this.#callId, name: this.#name, arguments: this.#json, signature: this.#signature };
    return callItem(this.#id, call, status);
  }

  end(): JsonObject[] {
    const done = { type: "response.function_call_arguments.done", ...this.#place };
    return [{ ...done, name: this.#name, arguments: this.#json }];
  }

  get #place(): JsonObject {
    return { item_id: this.#id, output_index: this.index };
  }
}
