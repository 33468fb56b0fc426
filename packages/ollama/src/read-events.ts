import { ProviderResponseError } from "@onehead/provider";
import { chunksOf, isRecord, parseEvent, readLines } from "@onehead/provider-http";

const encoder = new TextEncoder();

/** Events of a body of JSON lines, up to the one that is the last. @throws ProviderResponseError for a line that tells of an error */
export async function* readEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  for await (const line of readLines(chunks)) {
    const event = readLine(line);
    yield event;
    if (isRecord(event) && event["done"] === true) return;
  }
}

/**
 * The same lines, each looked at before it is handed on: the official client passes over a line that is no JSON, and writes it to
 * the console.
 */
export function checkedLines(body: ReadableStream<Uint8Array> | null): ReadableStream<Uint8Array> {
  const lines = readLines(chunksOf(body));
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await lines.next();
      if (done) {
        controller.close();
        return;
      }
      readLine(value);
      controller.enqueue(encoder.encode(`${value}\n`));
    },
    async cancel() {
      await lines.return(undefined);
    },
  });
}

/** Ollama tells of a fault in a sentence, which may quote the prompt: none of it is kept. */
function readLine(line: string): unknown {
  const event = parseEvent(line);
  if (isRecord(event) && event["error"] !== undefined) throw new ProviderResponseError("stream: error event");
  return event;
}
