import type { JsonObject } from "../json/json-value.js";
import type { Message, ResponseFormat, Tool, ToolChoice } from "./message.js";

/**
 * A request to any chat model. What a provider cannot do is a {@link Warning} that names the field, or an error "unsupported"
 * where leaving it out would change what is asked.
 */
export interface ChatRequest {
  messages: readonly Message[];
  /** Most tokens of the answer, its reasoning included. */
  maxOutputTokens?: number | undefined;
  temperature?: number | undefined;
  topP?: number | undefined;
  topK?: number | undefined;
  presencePenalty?: number | undefined;
  frequencyPenalty?: number | undefined;
  /** The answer ends before any of these. */
  stop?: readonly string[] | undefined;
  seed?: number | undefined;
  /** Log probabilities of the answer's tokens, with this many alternatives of each: 0 for none. */
  topLogprobs?: number | undefined;
  responseFormat?: ResponseFormat | undefined;
  tools?: readonly Tool[] | undefined;
  toolChoice?: ToolChoice | undefined;
  /** Whether one turn may hold several tool calls; the provider's own default when left out. */
  parallelToolCalls?: boolean | undefined;
  reasoning?: Reasoning | undefined;
  /** Fields of a provider's own, by its id: they are put into the body as they are, over what stands there. */
  providerOptions?: Readonly<Record<string, JsonObject>> | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  signal?: AbortSignal | undefined;
  /** Until the whole answer is there or, of a stream, until its first event; the provider's setting when left out. */
  timeoutMs?: number | undefined;
  /** Longest silence within a stream; the provider's setting when left out. */
  idleTimeoutMs?: number | undefined;
}

/** How long to think. Where a provider takes the other form, the nearest is sent, with a warning. */
export type Reasoning =
  | { effort: "none" | "minimal" | "low" | "medium" | "high" }
  | {
      /** Most tokens of reasoning. */
      budgetTokens: number;
    };
