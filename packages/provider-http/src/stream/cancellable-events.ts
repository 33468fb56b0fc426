import type { Call } from "../call/call.js";

/**
 * Events of a stream that a vendor's client gives, cancelled as soon as the call is over. For clients that make a Request of
 * their own: its signal may be collected in the middle of a stream, and an abort then never reaches the connection.
 */
export async function* cancellableEvents<Event>(call: Call, stream: ReadableStream<Event>): AsyncGenerator<Event> {
  const reader = stream.getReader();
  const cancel = (): void => void reader.cancel().catch(() => {});
  call.signal.addEventListener("abort", cancel, { once: true });
  try {
    if (call.signal.aborted) cancel();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    call.signal.removeEventListener("abort", cancel);
    cancel();
  }
}
