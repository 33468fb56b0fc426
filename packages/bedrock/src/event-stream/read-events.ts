import { parseEvent } from "@onehead/provider-http";
import { readFrames } from "./read-frames.js";
import { streamException } from "./stream-exception.js";

const decoder = new TextDecoder();

/**
 * Events of a streamed answer in the form in which the client gives them, `{ [name]: fields }`.
 *
 * @throws ProviderResponseError for an exception, an event that is no JSON, and as {@link readFrames}
 */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  for await (const { headers, payload } of readFrames(body)) {
    const type = headers.get(":message-type");
    if (type === "exception") throw streamException(headers.get(":exception-type") ?? "");
    if (type === "error") throw streamException(headers.get(":error-code") ?? "");
    const name = headers.get(":event-type");
    if (name !== undefined) yield { [name]: parseEvent(decoder.decode(payload)) };
  }
}
