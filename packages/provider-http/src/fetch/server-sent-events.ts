import { ProviderResponseError } from "@onehead/provider";
import { createParser } from "eventsource-parser";

export interface ServerSentEvent {
  /** Undefined for the default, "message". */
  event: string | undefined;
  data: string;
}

/** More than any event is long; what does not end is not kept. */
const mostCharacters = 64 * 1024 * 1024;

/**
 * Events of a `text/event-stream` body, wherever its bytes are cut: within a line, a line end or a character.
 *
 * An event that the end of the body cuts off is dropped, as the standard says (WHATWG HTML, 9.2.6).
 *
 * @throws ProviderResponseError for an event of more than 64 Mi characters
 */
export async function* readServerSentEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const ready: ServerSentEvent[] = [];
  const parser = createParser({ onEvent: ({ event, data }) => ready.push({ event, data }) });
  const decoder = new TextDecoder();
  // the parser would look through a long line again with every piece of it, so it is given whole lines only
  let held: string[] = [];
  let heldLength = 0;
  for await (const bytes of body) {
    const piece = decoder.decode(bytes, { stream: true });
    const lineEnd = Math.max(piece.lastIndexOf("\n"), piece.lastIndexOf("\r"));
    if (lineEnd < 0) {
      held.push(piece);
      heldLength += piece.length;
      if (heldLength > mostCharacters) {
        throw new ProviderResponseError(`stream: an event of more than ${mostCharacters} characters`);
      }
      continue;
    }
    parser.feed(held.join("") + piece.slice(0, lineEnd + 1));
    held = [piece.slice(lineEnd + 1)];
    heldLength = held[0].length;
    yield* ready.splice(0);
  }
  parser.feed(held.join("") + decoder.decode());
  yield* ready.splice(0);
}
