import type { ChatRequest, ChatResult, JsonObject, ProviderError, StreamPart } from "@onehead/provider";
import type { Wire } from "@onehead/provider-http";

/** One interface as a server speaks it. */
export interface ServerFormat {
  readonly name: "chat-completions" | "completions" | "messages" | "responses";
  /**
   * What a body asks, in no provider's own form. What has none is left out: {@link translationRefusal} names it.
   *
   * @throws ProviderError "invalid-argument" naming the field that is missing or not of its type, as the interface itself would
   *   refuse it; "unsupported" naming the field where it asks for what no router can do
   */
  parse(body: Wire): ChatRequest;
  /**
   * Why a call cannot be made in other words than the body's own: it asks for what only a provider that speaks the interface
   * itself can do. "unsupported", naming the first such field.
   */
  translationRefusal(body: Wire): ProviderError | undefined;
  /**
   * The body for a provider that speaks the interface itself: its own signatures are as it made them, and what others have
   * signed, which it would refuse, is left out.
   */
  nativeBody(body: Wire): JsonObject;
  /** Headers, in lower case, by which a client says what its body means: they go with it to a provider that speaks the interface. */
  readonly nativeHeaders: readonly string[];
  /** What it calls the fields of a request that have another name there: errors of whoever is asked name them. */
  readonly fieldNames: Readonly<Partial<Record<keyof ChatRequest, string>>>;
  /** The body of a whole answer. */
  answer(result: ChatResult, about: AnswerInfo): JsonObject;
  /** Writes the events of one streamed answer. */
  eventWriter(about: AnswerInfo): EventWriter;
  /** Whether this event, of a provider that speaks the interface itself, ends the answer: nothing of it follows. */
  isTerminal(event: Wire): boolean;
  /** The error as the interface tells of it in a body. */
  errorBody(error: ErrorInfo): JsonObject;
  /** The same in a stream that no {@link EventWriter} has written. */
  errorEvents(error: ErrorInfo): ServerEvent[];
}

export interface AnswerInfo {
  /** Of the answer, without the prefix that the interface gives it. */
  id: string;
  /** The model that answers. */
  model: string;
  createdMs: number;
  /** As it came in: what the interface echoes of it, and whether usage is asked for. */
  body: Wire;
  /** Tokens of the prompt where they are known before the answer, for interfaces that tell of them at its start. */
  inputTokens?: number | undefined;
}

export interface ErrorInfo {
  status: number;
  message: string;
  /** In our words, such as "no-eligible-model"; the interface's own where the provider told it. */
  code: string;
  /** Field of the request that it is about. */
  param: string | null;
  requestId: string;
}

/** One server-sent event. */
export interface ServerEvent {
  /** Name of the event, where the interface has names. */
  event?: string | undefined;
  /** JSON, or text such as [DONE]. */
  data: JsonObject | string;
}

export interface EventWriter {
  /** The events that a part makes; of the finish part those that end the answer but the terminal one. */
  write(part: StreamPart): ServerEvent[];
  /** What tells the client that the answer is whole; empty where nothing does. */
  end(): ServerEvent[];
  /** Instead of {@link end}: the answer broke off. */
  fail(error: ErrorInfo): ServerEvent[];
}
