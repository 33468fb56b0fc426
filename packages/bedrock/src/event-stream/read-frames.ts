import { ProviderResponseError } from "@onehead/provider";
import { joinBytes } from "@onehead/provider-http";
import { crc32 } from "./crc32.js";

/** One message of an event stream. */
export interface EventFrame {
  /** Those that are text; no other is of use here. */
  headers: ReadonlyMap<string, string>;
  payload: Uint8Array;
}

/** AWS allows 24 MB in one message. */
const mostBytes = 24 * 1024 * 1024;
const preludeBytes = 12;
const decoder = new TextDecoder();

/**
 * Messages of an `application/vnd.amazon.eventstream` body, wherever its bytes are cut.
 *
 * A message is, in big-endian: its length and that of its headers (4 bytes each), CRC-32 of these, headers, payload, CRC-32 of
 * all before.
 *
 * @throws ProviderResponseError for a sum that does not fit, a length beyond 24 MB and a body that ends within a message
 */
export async function* readFrames(body: AsyncIterable<Uint8Array>): AsyncGenerator<EventFrame> {
  // chunks that are waited for are put together once the message is whole
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let wanted = preludeBytes;
  for await (const chunk of body) {
    held.push(chunk);
    heldBytes += chunk.byteLength;
    if (heldBytes < wanted) continue;
    const bytes = joinBytes(held, heldBytes);
    let at = 0;
    for (;;) {
      const left = bytes.byteLength - at;
      wanted = left < preludeBytes ? preludeBytes : lengthAt(bytes, at);
      if (left < wanted) break;
      yield parseFrame(bytes.subarray(at, at + wanted));
      at += wanted;
    }
    held = [bytes.subarray(at)];
    heldBytes = bytes.byteLength - at;
  }
  if (heldBytes > 0) throw new ProviderResponseError("stream: cut off within an event");
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Length of the message that begins there; its prelude is checked first, since all else hangs on it. */
function lengthAt(bytes: Uint8Array, at: number): number {
  const view = viewOf(bytes);
  const length = view.getUint32(at);
  if (length > mostBytes) throw new ProviderResponseError(`stream: an event of more than ${mostBytes} bytes`);
  if (crc32(bytes, at, at + 8) !== view.getUint32(at + 8)) {
    throw new ProviderResponseError("stream: an event whose checksum does not fit");
  }
  if (length < preludeBytes + 4 + view.getUint32(at + 4)) throw malformed();
  return length;
}

function parseFrame(bytes: Uint8Array): EventFrame {
  const view = viewOf(bytes);
  const end = bytes.byteLength - 4;
  if (crc32(bytes, 0, end) !== view.getUint32(end)) {
    throw new ProviderResponseError("stream: an event whose checksum does not fit");
  }
  const headersEnd = preludeBytes + view.getUint32(4);
  return { headers: parseHeaders(bytes, view, headersEnd), payload: bytes.subarray(headersEnd, end) };
}

// bytes that a value of each type takes: true, false, byte, short, integer, long, bytes, text, timestamp, uuid
const valueBytes = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16];
const textType = 7;

function parseHeaders(bytes: Uint8Array, view: DataView, end: number): Map<string, string> {
  const headers = new Map<string, string>();
  let at = preludeBytes;
  const take = (length: number): number => {
    const start = at;
    at += length;
    if (at > end) throw malformed();
    return start;
  };
  while (at < end) {
    const nameLength = bytes[take(1)];
    const nameStart = take(nameLength);
    const name = decoder.decode(bytes.subarray(nameStart, at));
    const type = bytes[take(1)];
    if (type >= valueBytes.length) throw malformed();
    const length = valueBytes[type] ?? view.getUint16(take(2));
    const start = take(length);
    if (type === textType) headers.set(name, decoder.decode(bytes.subarray(start, at)));
  }
  return headers;
}

function malformed(): ProviderResponseError {
  return new ProviderResponseError("stream: an event whose lengths do not fit");
}
