import { linesOf } from "./lines.js";

/** Lines of a body of JSON Lines, without blank ones; the last line needs no line end. */
export async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  for await (const line of linesOf(ended(body))) if (line.trim() !== "") yield line;
}

async function* ended(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* body;
  yield Uint8Array.of(10);
}
