import { ProviderResponseError } from "@onehead/provider";

export interface ServerSentEvent {
  /** Undefined for the default, "message". */
  event: string | undefined;
  data: string;
}

/** More than any event is long; what does not end is not kept. */
const mostCharacters = 64 * 1024 * 1024;

/**
 * Events of a `text/event-stream` body, wherever its bytes are cut: within a line, a line end or a character. Their ids and the
 * wait before a new connection mean nothing here: no answer is gone on with.
 *
 * An event that the end of the body cuts off is dropped, as the standard says (WHATWG HTML, 9.2.6).
 *
 * @throws ProviderResponseError for an event of more than 64 Mi characters
 */
export async function* readServerSentEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  // a line in pieces is looked through once, when it is whole
  let held: string[] = [];
  let heldLength = 0;
  let afterReturn = false;
  let event: string | undefined;
  let data: string[] = [];
  for await (const bytes of body) {
    let piece = decoder.decode(bytes, { stream: true });
    if (piece === "") continue;
    // \r\n ends one line, cut or not
    if (afterReturn && piece[0] === "\n") piece = piece.slice(1);
    afterReturn = piece.endsWith("\r");
    const lines = piece.split(/\r\n?|\n/);
    held.push(lines[0]);
    heldLength += lines[0].length;
    if (heldLength > mostCharacters) {
      throw new ProviderResponseError(`stream: an event of more than ${mostCharacters} characters`);
    }
    if (lines.length === 1) continue;
    lines[0] = held.join("");
    const rest = lines.pop() as string;
    held = [rest];
    heldLength = rest.length;
    for (const line of lines) {
      const [, field, value = ""] = /^([^:]*)(?:: ?(.*))?/s.exec(line) as string[];
      if (field === "data") data.push(value);
      else if (field === "event") event = value || undefined;
      else if (line === "") {
        if (data.length > 0) yield { event, data: data.join("\n") };
        event = undefined;
        data = [];
      }
    }
  }
}
