import { Buffer, isUtf8 } from "node:buffer";
import { rowFormatError } from "../errors/row-format-error.js";
import type { RowLocation } from "../errors/row-location.js";

/** A prompt of two million characters takes at most 12 MB as JSON escapes; beyond this a file has no lines. */
const maxLineBytes = 256 * 1024 * 1024;

/** One physical line without its line feed; a carriage return before it stays. */
export interface ByteLine {
  bytes: Uint8Array;
  /** Counted from 1. */
  line: number;
}

/** The same as text, without a byte order mark. */
export interface TextLine {
  text: string;
  line: number;
}

/**
 * Splits bytes at line feeds only: what JSON Lines means by a line, unlike `node:readline`, which from Node 22 on also
 * splits at U+2028, legal within a JSON string.
 *
 * @param name what the bytes are, for errors
 * @throws OneheadError "row-format" for a line beyond 256 MB
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<ByteLine> {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  let line = 0;

  const take = (last: Buffer): ByteLine => {
    line++;
    const bytes = pending.length === 0 ? last : Buffer.concat([...pending, last]);
    pending = [];
    pendingBytes = 0;
    return { bytes, line };
  };

  for await (const chunk of chunks) {
    const buffer = asBuffer(chunk);
    let start = 0;
    for (let end = buffer.indexOf(10); end !== -1; end = buffer.indexOf(10, start)) {
      yield take(buffer.subarray(start, end));
      start = end + 1;
    }
    if (start === buffer.length) continue;
    pending.push(buffer.subarray(start));
    pendingBytes += buffer.length - start;
    if (pendingBytes > maxLineBytes) {
      throw rowFormatError(
        { operation: "splitLines", file: name, line: line + 1, unit: "line" },
        `line exceeds ${maxLineBytes} bytes`,
      );
    }
  }
  if (pending.length > 0) yield take(Buffer.alloc(0));
}

/** Lines of UTF-8 text; decodes after splitting, so that bytes that are not UTF-8 are found on their very line. */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  operation: string,
  file: string,
): AsyncGenerator<TextLine> {
  for await (const { bytes, line } of splitLines(chunks, file)) {
    yield { text: decode(asBuffer(bytes), { operation, file, line, unit: "line" }), line };
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function decode(bytes: Buffer, location: RowLocation): string {
  if (!isUtf8(bytes)) throw rowFormatError(location, "bytes are not UTF-8, expected UTF-8 text");

  const start = location.line === 1 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  return bytes.toString("utf8", start);
}
