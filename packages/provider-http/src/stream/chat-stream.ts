import { type ProviderError, ProviderResponseError, type StreamPart, type Usage } from "@onehead/provider";
import type { Call } from "../call/call.js";

/** Turns the events of one answer into parts; made anew for each stream. */
export interface EventReader<Event, Part = StreamPart> {
  /** @throws ProviderResponseError for an event that tells of an error */
  read(event: Event): Iterable<Part>;
  /** The events are over: what was still open. @throws ProviderResponseError when the answer is not whole */
  end(): Iterable<Part>;
  /** What the answer was billed for, as soon as that is known. */
  readonly usage: Usage | undefined;
}

/** As a `ChatStream`, of parts of any kind. */
interface PartStream<Part> extends AsyncIterableIterator<Part> {
  return(value?: undefined): Promise<IteratorResult<Part>>;
}

/**
 * The stream of a call: events are read as parts are asked for, so that a slow reader holds the provider back.
 *
 * @param events what the transport gives; its `return` gives the connection back
 */
export function chatStream<Event, Part = StreamPart>(
  call: Call,
  events: AsyncIterable<Event>,
  reader: EventReader<Event, Part>,
): PartStream<Part> {
  const iterator = events[Symbol.asyncIterator]();
  const ready: Part[] = [];
  let over = false;
  let reading: Promise<unknown> = Promise.resolve();

  const close = (): void => {
    if (over) return;
    over = true;
    call.end();
    // not waited for: a connection that hangs would hang this too
    (async () => iterator.return?.())().catch(() => {});
  };
  const fill = async (): Promise<void> => {
    while (ready.length === 0 && !over) {
      call.expectEvent();
      const { done, value } = await call.waitForEvent(iterator.next());
      if (over) return;
      ready.push(...(done ? reader.end() : reader.read(value)));
      if (done) close();
    }
  };
  const next = async (): Promise<IteratorResult<Part>> => {
    if (ready.length === 0) {
      try {
        await fill();
      } catch (error) {
        const failure = withUsage(call.errorOf(error), reader.usage);
        // what the reader asks for after the end of a stream is nothing
        if (over) return { done: true, value: undefined };
        close();
        throw failure;
      }
    }
    return ready.length === 0 ? { done: true, value: undefined } : { done: false, value: ready.shift() as Part };
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    // one at a time, whoever asks
    next() {
      const result = reading.then(next);
      reading = result.catch(() => {});
      return result;
    },
    async return() {
      ready.length = 0;
      close();
      return { done: true, value: undefined };
    },
  };
}

/** An answer that broke after it had said what it is billed for costs that much. */
export function withUsage(error: ProviderError, usage: Usage | undefined): ProviderError {
  if (usage === undefined || !ProviderResponseError.isInstance(error) || error.usage !== undefined) return error;
  const { message, provider, model, host, retryable, reason } = error;
  return new ProviderResponseError(message, { provider, model, host, retryable, reason, usage, billing: "usage" });
}
