import { parseEvent, readServerSentEvents } from "@onehead/provider-http";

const brace = 0x7b;
const lineFeed = 0x0a;

/**
 * Chunks of a streamed answer. Of an error within it Gemini tells in JSON that is no server-sent event: from a line that begins
 * with a brace to the end.
 *
 * @throws ProviderResponseError for an event that is no JSON
 */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  const bare: Uint8Array[] = [];
  for await (const { data } of readServerSentEvents(beforeBareJson(body, bare))) yield parseEvent(data);
  if (bare.length === 0) return;
  const decoder = new TextDecoder();
  yield parseEvent(bare.map((bytes) => decoder.decode(bytes, { stream: true })).join("") + decoder.decode());
}

async function* beforeBareJson(body: AsyncIterable<Uint8Array>, bare: Uint8Array[]): AsyncGenerator<Uint8Array> {
  let atLineStart = true;
  for await (const bytes of body) {
    if (bytes.length === 0) continue;
    if (bare.length > 0) {
      bare.push(bytes);
      continue;
    }
    const start = bareStart(bytes, atLineStart);
    if (start < 0) yield bytes;
    else {
      if (start > 0) yield bytes.subarray(0, start);
      bare.push(bytes.subarray(start));
    }
    atLineStart = bytes[bytes.length - 1] === lineFeed;
  }
}

/** Where a line begins with a brace, or -1. */
function bareStart(bytes: Uint8Array, atLineStart: boolean): number {
  if (atLineStart && bytes[0] === brace) return 0;
  for (let i = bytes.indexOf(lineFeed); i >= 0; i = bytes.indexOf(lineFeed, i + 1)) {
    if (bytes[i + 1] === brace) return i + 1;
  }
  return -1;
}
