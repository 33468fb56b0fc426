import type { ChatModel, ChatRequest, JsonObject } from "@onehead/provider";
import type { WireFormat } from "../wire-format.js";

export interface ModelOptions {
  baseUrl: string;
  model: string;
  timeoutMs?: number | undefined;
  idleTimeoutMs?: number | undefined;
}

/** One adapter in one style. */
export interface ContractSubject {
  /** Such as "openai chat, official client". */
  name: string;
  provider: string;
  /** A model whose requests go to this address. */
  model(options: ModelOptions): ChatModel;
  /** Path below the mock's address; undefined where the mock does not speak this interface, with the reason in `skips.mock`. */
  mockPath?: string | undefined;
  /** Name of a model for the mock. */
  mockModel?: string | undefined;
  wire: WireFormat;
  /** Cases that this provider cannot have, and why. */
  skips?: Partial<Record<ContractCase, string>> | undefined;
  /** A request that asks for what this provider cannot do without changing its meaning, and the fields it is warned about. */
  warned: { request: Partial<ChatRequest>; fields: readonly string[] };
  /** A request that would mean something else, and the field that is named. */
  refused?: { request: Partial<ChatRequest>; field: string } | undefined;
  /** An option of the provider's own that holds OWN-OPTION, for clients that send no field they do not know. */
  ownOption?: JsonObject | undefined;
  /** What a request with an image has in its body, somewhere. */
  imageInBody: RegExp;
  /** What a request for an answer of this schema has in its body, somewhere. */
  schemaInBody: RegExp;
}

export type ContractCase =
  | "mock"
  | "mock tools"
  | "mock structured output"
  | "images"
  | "structured output"
  | "stop"
  | "seed"
  | "reset"
  | "error-event"
  | "late-error-event"
  | "retry-after"
  | "invalid-json"
  | "open-tool-call"
  | "warnings"
  | "refusal";
