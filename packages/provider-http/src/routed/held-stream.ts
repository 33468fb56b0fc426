import {
  isContent,
  outcomeField,
  outcomeToJson,
  ProviderAbortedError,
  type ProviderError,
  ProviderResponseError,
  type RoutedCall,
} from "@onehead/provider";
import type { CallTarget } from "../call/call.js";
import { toProviderError } from "../call/to-provider-error.js";
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
  /** Nothing more of the answer itself follows. */
  isLast: boolean;
}

const encoder = new TextEncoder();

/**
 * A streamed answer that is held until it shows its first content, and then handed on event by event, as it came but for the
 * outcome that its first and last events carry.
 */
export class HeldStream {
  readonly #left = new AbortController();
  readonly #events: AsyncGenerator<ServerSentEvent>;
  readonly #path: RoutedPath;
  readonly #body: Wire;
  readonly #target: CallTarget;
  readonly #reader: EventReader<unknown>;
  readonly #isLast: ({ data }: ServerSentEvent, event: Wire | undefined) => boolean;
  readonly #held: Held[] = [];
  #over = false;
  #settled = false;
  /** Why the answer is not whole; the reader understands nothing more from there on. */
  #broken: ProviderError | undefined;

  constructor(body: ReadableStream<Uint8Array> | null, path: RoutedPath, requestBody: Wire, target: CallTarget) {
    this.#events = readServerSentEvents(chunksOf(body, this.#left.signal));
    this.#path = path;
    this.#body = requestBody;
    this.#target = target;
    this.#reader = path.reader();
    const isLast = path.lastOf(requestBody);
    this.#isLast = ({ data }, event) => (event === undefined ? data === "[DONE]" : isLast(event));
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
        const isLast = this.#isLast(value, json);
        this.#held.push({ sse: value, json, isLast });
        if (json === undefined) continue;
        const parts = [...this.#reader.read(json)];
        if (parts.some(isContent) || isLast) return;
      }
    } catch (error) {
      this.cancel();
      throw error;
    }
  }

  /** Gives the connection back at once, even where it is silent: a generator that waits could not be returned. */
  cancel(): void {
    this.#over = true;
    this.#left.abort();
  }

  /**
   * The body for the client; settles the call when it has ended, broken or been left.
   *
   * @param signal the client's own: nothing below is asked to heed it once the answer has begun
   */
  passOn<T>(call: RoutedCall<T>, signal: AbortSignal | undefined): ReadableStream<Uint8Array> {
    const source = this.#outgoing(call);
    let release = (): void => {};
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        const abort = (): void => {
          this.#settle(call, new ProviderAbortedError("aborted by the caller", this.#target));
          this.cancel();
          controller.error(signal?.reason);
        };
        release = () => signal?.removeEventListener("abort", abort);
        if (signal?.aborted) abort();
        else signal?.addEventListener("abort", abort, { once: true });
      },
      pull: async (controller) => {
        const { done, value } = await source.next().catch((error: unknown) => {
          release();
          throw error;
        });
        // what comes after an abort has nowhere to go
        if (signal?.aborted) return;
        if (!done) return controller.enqueue(encoder.encode(value));
        release();
        controller.close();
      },
      cancel: () => {
        release();
        this.#settle(call);
        this.cancel();
      },
    });
  }

  #settle<T>(call: RoutedCall<T>, error?: ProviderError): void {
    if (this.#settled) return;
    this.#settled = true;
    call.settle(this.#reader.usage, error);
  }

  async *#outgoing<T>(call: RoutedCall<T>): AsyncGenerator<string> {
    const last: Held[] = [];
    let first = true;
    let failure: { error: unknown } | undefined;
    try {
      for await (const event of this.#all()) {
        const { json, isLast } = event;
        if (last.length > 0 || isLast) {
          last.push(event);
          continue;
        }
        yield written(event, first ? call : undefined, this.#path);
        if (json !== undefined && this.#path.carrierOf(json) !== null) first = false;
      }
    } catch (error) {
      failure = { error };
      this.#broken ??= toProviderError(error, this.#target, true);
    } finally {
      this.#settle(call, this.#broken);
      this.#over = true;
    }
    for (const event of last) {
      if (event.json !== undefined && this.#path.isHidden(event.json, this.#body)) continue;
      yield written(event, call, this.#path);
    }
    if (failure !== undefined) throw failure.error;
  }

  async *#all(): AsyncGenerator<Held> {
    yield* this.#held.splice(0);
    while (!this.#over) {
      const { done, value } = await this.#events.next();
      if (done) {
        this.#understand(() => this.#reader.end());
        return;
      }
      let json: Wire | undefined;
      this.#understand(() => {
        json = jsonOf(value);
        return json === undefined ? [] : this.#reader.read(json);
      });
      yield { sse: value, json, isLast: this.#isLast(value, json) };
    }
  }

  /** Follows the answer for its usage; the client reads it itself, and throws errors of its own. */
  #understand(read: () => Iterable<unknown>): void {
    try {
      const parts = read();
      if (this.#broken === undefined) for (const _ of parts);
    } catch (error) {
      this.#broken ??= toProviderError(error, this.#target, true);
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
  if (carrier !== null && call !== undefined) carrier[outcomeField] = outcomeToJson(call.outcome);
  const data = carrier === null ? sse.data : JSON.stringify(json);
  const lines = data
    .split("\n")
    .map((line) => `data: ${line}\n`)
    .join("");
  return `${sse.event === undefined ? "" : `event: ${sse.event}\n`}${lines}\n`;
}
