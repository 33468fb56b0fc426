import { Buffer } from "node:buffer";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { rowFormatError } from "../errors/row-format-error.js";

/**
 * Passes bytes through, unpacked where they are gzip: told by their first two bytes and never by a name, so that a
 * pipe works like a file.
 *
 * @throws OneheadError "row-format" on a gzip that is damaged or cut
 */
export async function* decompress(
  chunks: AsyncIterable<Uint8Array>,
  operation: string,
  file: string,
): AsyncGenerator<Uint8Array> {
  const source = chunks[Symbol.asyncIterator]();
  try {
    // the magic number may be cut by a chunk border
    let head = new Uint8Array(0);
    while (head.length < 2) {
      const { done, value } = await source.next();
      if (done === true) break;
      head = Buffer.concat([head, value]);
    }
    const whole = prepend(head, source);
    const isGzip = head[0] === 0x1f && (head.length === 1 || head[1] === 0x8b);
    yield* isGzip ? gunzip(whole, operation, file) : whole;
  } finally {
    // not awaited: a source that waits for its peer would hold up whoever stops reading
    void source.return?.().catch(() => {});
  }
}

async function* prepend(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

async function* gunzip(chunks: AsyncIterable<Uint8Array>, operation: string, file: string): AsyncGenerator<Uint8Array> {
  const unpacked = createGunzip();
  // the callback keeps a failing source from being an unhandled error; the loop below throws it
  pipeline(Readable.from(chunks), unpacked, () => {});
  try {
    for await (const chunk of unpacked) yield chunk;
  } catch (error) {
    const code = String((error as NodeJS.ErrnoException).code);
    if (!code.startsWith("Z_")) throw error;
    const problem = code === "Z_BUF_ERROR" ? "gzip ends too early" : `gzip is damaged (${code})`;
    throw rowFormatError(`${operation}: ${file}`, `${problem}, expected a whole gzip file`);
  }
}
