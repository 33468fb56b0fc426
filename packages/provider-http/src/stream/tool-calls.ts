import { type FinishReason, ProviderResponseError, type StreamPart, type Warning } from "@onehead/provider";
import { parseArguments } from "../wire/json-arguments.js";

type WholeCall = Extract<StreamPart, { type: "tool-call" }>;

interface OpenCall {
  id: string;
  name: string;
  arguments: string[];
  signature: string | undefined;
}

/** Puts the pieces of tool calls together, several at a time where a provider mixes them. */
export class ToolCalls {
  readonly #open = new Map<string | number, OpenCall>();
  /** Calls that were whole. */
  finished = 0;

  /** A call begins; without an id it is given one. @param key whatever the provider tells its calls apart by */
  start(key: string | number, id: string | undefined, name: string, signature?: string): StreamPart[] {
    const call = { id: id === undefined || id === "" ? newCallId() : id, name, arguments: [], signature };
    this.#open.set(key, call);
    return [{ type: "tool-call-start", id: call.id, name }];
  }

  has(key: string | number): boolean {
    return this.#open.has(key);
  }

  append(key: string | number, argumentsDelta: string): StreamPart[] {
    const call = this.#open.get(key);
    if (call === undefined || argumentsDelta === "") return [];
    call.arguments.push(argumentsDelta);
    return [{ type: "tool-call-delta", id: call.id, argumentsDelta }];
  }

  /**
   * The provider says that a call is whole.
   *
   * @param json its arguments where the provider repeats them: some have sent no pieces
   * @throws ProviderResponseError when they are not JSON
   */
  end(key: string | number, json?: string): StreamPart[] {
    const call = this.#open.get(key);
    if (call === undefined) return [];
    this.#open.delete(key);
    this.finished++;
    return [wholeCall(call.id, call.name, json || call.arguments.join(""), call.signature)];
  }

  /**
   * The answer is over. A call whose arguments never closed is dropped with a warning where the answer was cut for its length,
   * and an error otherwise.
   */
  endAll(finishReason: FinishReason, warnings: Warning[]): StreamPart[] {
    const parts: StreamPart[] = [];
    for (const { id, name, arguments: pieces, signature } of this.#open.values()) {
      parts.push(...wholeOrCut(id, name, pieces.join(""), finishReason === "length", warnings, signature));
    }
    this.#open.clear();
    this.finished += parts.length;
    return parts;
  }
}

/** @throws ProviderResponseError when the arguments are not the JSON of an object */
export function wholeCall(id: string, name: string, json: string, signature?: string): WholeCall {
  if (parseArguments(json) === undefined) {
    throw new ProviderResponseError(`tool call ${id}: arguments that are no JSON object, expected one`);
  }
  return {
    type: "tool-call",
    id,
    name,
    arguments: json.trim() === "" ? "{}" : json,
    ...(signature === undefined ? {} : { signature }),
  };
}

/**
 * As {@link wholeCall}; in an answer that was cut for its length, a call whose arguments did not close is left out with a warning.
 */
export function wholeOrCut(
  id: string,
  name: string,
  json: string,
  cut: boolean,
  warnings: Warning[],
  signature?: string,
): WholeCall[] {
  if (!cut || parseArguments(json) !== undefined) return [wholeCall(id, name, json, signature)];
  const message = `the arguments of tool call ${id} were cut off; it is left out`;
  warnings.push({ field: "maxOutputTokens", message });
  return [];
}

/** For providers that do not name their calls. */
export function newCallId(): string {
  return `call_${crypto.randomUUID().replaceAll("-", "").slice(0, 24)}`;
}
