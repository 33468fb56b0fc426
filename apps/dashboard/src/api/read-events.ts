import { createParser } from "eventsource-parser";

/** Yields the data of every server-sent event of a body, whatever pieces it comes in, until "[DONE]" or its end. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const ready: string[] = [];
  const parser = createParser({ onEvent: (event) => ready.push(event.data) });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      parser.feed(done ? `${decoder.decode()}\n\n` : decoder.decode(value, { stream: true }));
      for (const data of ready.splice(0)) {
        if (data === "[DONE]") return;
        yield data;
      }
      if (done) return;
    }
  } finally {
    // whoever stops reading wants the gateway to stop too
    await reader.cancel().catch(() => undefined);
  }
}
