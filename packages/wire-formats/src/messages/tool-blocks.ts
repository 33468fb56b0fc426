import type { JsonObject, StreamPart } from "@onehead/provider";
import { parseArguments } from "@onehead/provider-http";
import { toolBlock } from "./message-answer.js";

interface Call {
  id: string;
  name: string;
  json: string;
  signature: string | undefined;
  /** How much of the arguments is written. */
  written: number;
  begun: boolean;
  over: boolean;
}

/**
 * The blocks of tool calls, one after the other: of calls that a provider mixes the first is written as it comes, and the others
 * wait for it.
 */
export class ToolBlocks {
  readonly #calls: Call[] = [];
  /** Calls that were taken as whole before their provider said so. */
  readonly #early = new Set<string>();
  /** Calls that have begun. */
  begun = 0;

  /** Whether a call is not over, so that no other block can begin. */
  get open(): boolean {
    return this.#calls.length > 0;
  }

  *start(id: string, name: string): Iterable<JsonObject> {
    // no more follows of an object that is whole, whenever its provider says so
    for (const call of this.#calls) {
      if (call.over || call.json === "" || parseArguments(call.json) === undefined) continue;
      call.over = true;
      this.#early.add(call.id);
    }
    this.begun++;
    this.#calls.push({ id, name, json: "", signature: undefined, written: 0, begun: false, over: false });
    yield* this.#flush(false);
  }

  *append(id: string, json: string): Iterable<JsonObject> {
    const call = this.#find(id);
    if (call === undefined || call.over || json === "") return;
    // a block begins with its second piece: by then a proof is known where the call came as a whole
    const begins = call.json !== "";
    call.json += json;
    yield* this.#flush(begins);
  }

  *end(part: Extract<StreamPart, { type: "tool-call" }>): Iterable<JsonObject> {
    if (this.#early.delete(part.id)) return;
    if (this.#find(part.id) === undefined) yield* this.start(part.id, part.name);
    const call = this.#find(part.id);
    if (call === undefined) return;
    if (call.json === "") call.json = part.arguments;
    call.signature = part.signature;
    call.over = true;
    yield* this.#flush(true);
  }

  /** The answer is over: calls that were cut end where they are. */
  *endAll(): Iterable<JsonObject> {
    for (const call of this.#calls) call.over = true;
    yield* this.#flush(true);
  }

  #find(id: string): Call | undefined {
    return this.#calls.find((call) => call.id === id);
  }

  *#flush(begins: boolean): Iterable<JsonObject> {
    for (let call = this.#calls[0]; call !== undefined; call = this.#calls[0]) {
      if (!call.begun && (begins || call.over)) {
        call.begun = true;
        yield { type: "content_block_start", content_block: toolBlock(call) };
      }
      if (!call.begun) return;
      const rest = call.json.slice(call.written);
      call.written = call.json.length;
      if (rest !== "") yield { type: "content_block_delta", delta: { type: "input_json_delta", partial_json: rest } };
      if (!call.over) return;
      yield { type: "content_block_stop" };
      this.#calls.shift();
    }
  }
}
