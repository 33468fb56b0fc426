import { ProviderResponseError } from "@onehead/provider";

const mostCharacters = 64 * 1024 * 1024;

/** Lines of a body of JSON Lines, without blank ones; the last line needs no line end. */
export async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let held: string[] = [];
  let heldLength = 0;
  for await (const bytes of body) {
    const piece = decoder.decode(bytes, { stream: true });
    const lines = piece.split("\n");
    held.push(lines[0]);
    heldLength += lines[0].length;
    if (heldLength > mostCharacters) {
      throw new ProviderResponseError(`stream: a line of more than ${mostCharacters} characters`);
    }
    if (lines.length === 1) continue;
    const whole = [held.join(""), ...lines.slice(1, -1)];
    held = [lines[lines.length - 1]];
    heldLength = held[0].length;
    for (const line of whole) if (line.trim() !== "") yield line;
  }
  const last = held.join("") + decoder.decode();
  if (last.trim() !== "") yield last;
}
