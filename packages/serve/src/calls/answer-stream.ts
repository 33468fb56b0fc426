import {
  type ChatStream,
  isContent,
  type JsonObject,
  type NativeEvent,
  type NativeStream,
  ProviderResponseError,
  type StreamPart,
  type Usage,
} from "@onehead/provider";
import { list, record, type Wire } from "@onehead/provider-http";
import type { ErrorInfo, EventWriter, ServerEvent, ServerFormat } from "@onehead/wire-formats";

/** A provider that never begins would fill the memory. */
const mostHeld = 10_000;
/** Characters that are remembered of an answer, which may be without end. */
const mostSeen = 8 * 1024 * 1024;

/** What goes to the client at once, and what it was made from. */
interface Chunk {
  events: ServerEvent[];
  parts: StreamPart[];
}

/** The chunks of one answer; not a generator, which could not be returned while it waits. */
interface ChunkSource {
  next(): Promise<Chunk | null>;
  /** Gives the connection back at once. */
  cancel(): void;
  /** What tells the client that the answer is whole, or that it broke off. */
  end(): ServerEvent[];
  fail(error: ErrorInfo): ServerEvent[];
}

/** A streamed answer in the client's own format: held until its first content, then handed on event by event. */
export class AnswerStream {
  readonly #source: ChunkSource;
  readonly #held: Chunk[] = [];
  #over = false;
  /** What the provider says that it was billed for; undefined before it has said so. */
  usage: Usage | undefined;
  /** Id that the provider gave the answer. */
  responseId: string | null = null;
  /** Text and arguments so far: for what an answer has cost that nobody counts to its end. */
  seen = "";

  private constructor(source: ChunkSource) {
    this.#source = source;
  }

  /** From a model that speaks the client's format itself. */
  static native(stream: NativeStream, format: ServerFormat, body: Wire): AnswerStream {
    return new AnswerStream(nativeSource(stream, format, hidesUsage(format, body)));
  }

  /** From any other, written by a writer that is made once the model has said what it is. */
  static translated(stream: ChatStream, writerFor: (model: string | undefined) => EventWriter): AnswerStream {
    let writer = writerFor(undefined);
    return new AnswerStream({
      async next() {
        const { done, value } = await stream.next();
        if (done) return null;
        if (value.type === "start") writer = writerFor(value.response.model);
        return { events: writer.write(value), parts: [value] };
      },
      cancel: () => void stream.return(),
      end: () => writer.end(),
      fail: (error) => writer.fail(error),
    });
  }

  /** @throws ProviderError when the stream breaks before its first content */
  async untilContent(): Promise<void> {
    try {
      for (;;) {
        const chunk = await this.#take();
        if (chunk === null) {
          // an answer without content is whole all the same
          if (this.usage === undefined && this.#held.length === 0) {
            throw new ProviderResponseError("stream: ended without an answer");
          }
          return;
        }
        if (this.#held.push(chunk) > mostHeld) {
          throw new ProviderResponseError(`stream: no content in ${mostHeld} events`);
        }
        if (chunk.parts.some((part) => isContent(part) || part.type === "finish")) return;
      }
    } catch (error) {
      this.cancel();
      throw error;
    }
  }

  /** The next events; null at the end. @throws ProviderError when the stream breaks */
  async next(): Promise<ServerEvent[] | null> {
    const chunk = this.#held.shift() ?? (this.#over ? null : await this.#take());
    return chunk === null ? null : chunk.events;
  }

  end(): ServerEvent[] {
    return this.#source.end();
  }

  fail(error: ErrorInfo): ServerEvent[] {
    return this.#source.fail(error);
  }

  cancel(): void {
    this.#over = true;
    this.#source.cancel();
  }

  async #take(): Promise<Chunk | null> {
    const chunk = await this.#source.next();
    if (chunk === null) {
      this.#over = true;
      return null;
    }
    for (const part of chunk.parts) this.#follow(part);
    return chunk;
  }

  #see(text: string): void {
    if (this.seen.length < mostSeen) this.seen += text;
  }

  #follow(part: StreamPart): void {
    switch (part.type) {
      case "start":
        this.responseId = part.response.id ?? null;
        return;
      case "text":
      case "reasoning":
        this.#see(part.text);
        return;
      case "tool-call-delta":
        this.#see(part.argumentsDelta);
        return;
      case "finish":
        this.usage = part.usage;
        this.responseId ??= part.response.id ?? null;
        return;
      default:
    }
  }
}

function nativeSource(stream: NativeStream, format: ServerFormat, hideUsage: boolean): ChunkSource {
  // what ends the answer for the client waits until the call is settled
  const terminal: ServerEvent[] = [];
  const done: ServerEvent[] = format.name === "chat-completions" ? [{ data: "[DONE]" }] : [];
  return {
    async next() {
      const { done, value }: IteratorResult<NativeEvent> = await stream.next();
      if (done) return null;
      const { event, parts } = value;
      if (event === undefined || (hideUsage && isUsageAlone(event))) return { events: [], parts };
      const named = serverEvent(event, format);
      if (!format.isTerminal(event)) return { events: [named], parts };
      terminal.push(named);
      return { events: [], parts };
    },
    cancel: () => void stream.return(),
    end: () => [...terminal, ...done],
    fail: (error) => format.errorEvents(error),
  };
}

function serverEvent(event: JsonObject, format: ServerFormat): ServerEvent {
  const { type } = event;
  return format.name === "chat-completions" || typeof type !== "string"
    ? { data: event }
    : { event: type, data: event };
}

/** The usage of a stream is always asked for; a client that has not asked for it does not see it. */
function hidesUsage(format: ServerFormat, body: Wire): boolean {
  return format.name === "chat-completions" && record(body["stream_options"])["include_usage"] !== true;
}

function isUsageAlone(event: JsonObject): boolean {
  return event["usage"] != null && list(event["choices"]).length === 0;
}
