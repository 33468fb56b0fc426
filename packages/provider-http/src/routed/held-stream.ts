import { isContent, outcomeField, ProviderResponseError, type RoutedCall } from "@onehead/provider";
import { chunksOf } from "../fetch/read-body.js";
import { readServerSentEvents, type ServerSentEvent } from "../fetch/server-sent-events.js";
import type { EventReader } from "../stream/chat-stream.js";
import { isRecord, type Wire } from "../wire/fields.js";
import { parseEvent } from "../wire/parse-event.js";
import type { RoutedPath } from "./routed-path.js";

/** One event, with its JSON where it has some. */
interface Held {
  sse: ServerSentEvent;
  json: Wire | undefined;
}

const encoder = new TextEncoder();

/**
 * A streamed answer that is held until it shows its first content, and then handed on event by event, as it came but for the
 * outcome that its first and last events carry.
 */
export class HeldStream {
  readonly #events: AsyncGenerator<ServerSentEvent>;
  readonly #path: RoutedPath;
  readonly #body: Wire;
  readonly #reader: EventReader<unknown>;
  readonly #held: Held[] = [];
  #over = false;
  /** Whether the reader still understands the stream. */
  #readable = true;

  constructor(body: ReadableStream<Uint8Array> | null, path: RoutedPath, requestBody: Wire) {
    this.#events = readServerSentEvents(chunksOf(body));
    this.#path = path;
    this.#body = requestBody;
    this.#reader = path.reader();
  }

  /** @throws ProviderResponseError when the stream breaks, or tells of an error, before its first content */
  async untilContent(): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await this.#events.next();
        if (done) {
          // an answer without content is whole all the same
          const parts = [...this.#reader.end()];
          this.#over = true;
          if (parts.length === 0) throw new ProviderResponseError("stream: ended without an answer");
          return;
        }
        const json = jsonOf(value);
        this.#held.push({ sse: value, json });
        if (json === undefined) continue;
        const parts = [...this.#reader.read(json)];
        if (parts.some(isContent) || this.#path.isLast(json)) return;
      }
    } catch (error) {
      this.cancel();
      throw error;
    }
  }

  cancel(): void {
    this.#over = true;
    this.#events.return(undefined).catch(() => {});
  }

  /** The body for the client; settles the call when it has ended or the client has left. */
  passOn<T>(call: RoutedCall<T>): ReadableStream<Uint8Array> {
    const source = this.#outgoing(call);
    return new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        const { done, value } = await source.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      cancel: async () => {
        this.cancel();
        call.settle(this.#reader.usage);
        await source.return(undefined).catch(() => {});
      },
    });
  }

  async *#outgoing<T>(call: RoutedCall<T>): AsyncGenerator<string> {
    const last: Held[] = [];
    let first = true;
    try {
      for await (const event of this.#all()) {
        const { json } = event;
        if (json === undefined) {
          // the [DONE] of chat completions ends what was held back
          last.push(event);
          continue;
        }
        if (last.length > 0 || this.#path.isLast(json)) {
          last.push(event);
          continue;
        }
        yield written(event, first ? call : undefined, this.#path);
        if (this.#path.carrierOf(json) !== null) first = false;
      }
    } finally {
      call.settle(this.#reader.usage);
      this.#over = true;
    }
    for (const event of last) {
      if (event.json !== undefined && this.#path.isHidden(event.json, this.#body)) continue;
      yield written(event, call, this.#path);
    }
  }

  async *#all(): AsyncGenerator<Held> {
    yield* this.#held.splice(0);
    while (!this.#over) {
      const { done, value } = await this.#events.next();
      if (done) return;
      const json = jsonOf(value);
      if (json !== undefined && this.#readable) {
        try {
          for (const _ of this.#reader.read(json));
        } catch {
          // the client reads it itself, and throws an error of its own
          this.#readable = false;
        }
      }
      yield { sse: value, json };
    }
  }
}

function jsonOf({ data }: ServerSentEvent): Wire | undefined {
  if (data === "[DONE]") return undefined;
  const json = parseEvent(data);
  return isRecord(json) ? json : undefined;
}

/** The event as text, with the outcome where the call is given. */
function written<T>({ sse, json }: Held, call: RoutedCall<T> | undefined, path: RoutedPath): string {
  const carrier = call === undefined || json === undefined ? null : path.carrierOf(json);
  if (carrier !== null) carrier[outcomeField] = call?.outcome;
  const data = carrier === null ? sse.data : JSON.stringify(json);
  const lines = data
    .split("\n")
    .map((line) => `data: ${line}\n`)
    .join("");
  return `${sse.event === undefined ? "" : `event: ${sse.event}\n`}${lines}\n`;
}
