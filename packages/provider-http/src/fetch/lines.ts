import { ProviderResponseError } from "@onehead/provider";

/** More than any line or event is long; what does not end is not kept. */
export const mostCharacters = 64 * 1024 * 1024;

/**
 * Lines of a body that end in LF, CR or CRLF, wherever its bytes are cut: within a character or between CR and LF. What follows
 * the last line end is left out.
 *
 * @throws ProviderResponseError for a line of more than 64 Mi characters
 */
export async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  // pieces are joined once, at their line end: a long line is not looked through again with every piece
  let held: string[] = [];
  let heldLength = 0;
  let endedInReturn = false;
  for await (const bytes of body) {
    let piece = decoder.decode(bytes, { stream: true });
    if (piece === "") continue;
    if (endedInReturn && piece[0] === "\n") piece = piece.slice(1);
    endedInReturn = piece.endsWith("\r");
    const lines = piece.split(/\r\n|\r|\n/);
    const rest = lines.pop() ?? "";
    for (const line of lines) {
      yield held.length === 0 ? line : held.join("") + line;
      held = [];
      heldLength = 0;
    }
    held.push(rest);
    heldLength += rest.length;
    if (heldLength > mostCharacters) {
      throw new ProviderResponseError(`stream: a line of more than ${mostCharacters} characters`);
    }
  }
}
