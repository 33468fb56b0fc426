import { ProviderResponseError } from "@onehead/provider";
import { linesOf, mostCharacters } from "./lines.js";

export interface ServerSentEvent {
  /** Undefined for the default, "message". */
  event: string | undefined;
  data: string;
}

/**
 * Events of a `text/event-stream` body, wherever its bytes are cut: within a line, a line end or a character.
 *
 * An event that the end of the body cuts off is dropped, and so is one without data, as the standard says (WHATWG HTML, 9.2.6).
 *
 * @throws ProviderResponseError for an event of more than 64 Mi characters
 */
export async function* readServerSentEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  let event = "";
  let data: string[] = [];
  let length = 0;
  for await (const line of linesOf(body)) {
    if (line === "") {
      if (data.length > 0) yield { event: event || undefined, data: data.join("\n") };
      event = "";
      data = [];
      length = 0;
      continue;
    }
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (field === "event") event = value;
    if (field !== "data") continue;
    data.push(value);
    length += value.length + 1;
    if (length > mostCharacters) {
      throw new ProviderResponseError(`stream: an event of more than ${mostCharacters} characters`);
    }
  }
}
