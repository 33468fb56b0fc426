import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { ioError } from "../errors/io-error.js";
import { rowFormatError } from "../errors/row-format-error.js";
import { abortable } from "../readers/abortable.js";
import { decompress } from "../readers/decompress.js";

/** Text to read rows from, plain or gzip. */
export interface ByteInput {
  /** Path, or a name such as "standard input". */
  readonly name: string;
  /** Whether it can be opened more than once. */
  readonly isFile: boolean;
  /**
   * The bytes from `from` on, unpacked.
   *
   * @throws OneheadError "row-format" where the input ends before; "io"; "aborted"
   */
  open(from: number): AsyncGenerator<Uint8Array>;
}

const chunkBytes = 256 * 1024;

/** A file, which is not read up to where it goes on unless it is gzip. */
export function fileInput(path: string, operation: string, signal?: AbortSignal): ByteInput {
  return {
    name: path,
    isFile: true,
    async *open(from) {
      const isPacked = await isGzip(path, operation);
      const start = isPacked ? 0 : from;
      const chunks = abortable(readFile(path, start, operation), signal, operation);
      yield* isPacked ? skip(decompress(chunks, operation, path), from, operation, path) : chunks;
    },
  };
}

/** A stream, which can be read once. */
export function streamInput(
  stream: AsyncIterable<Uint8Array>,
  name: string,
  operation: string,
  signal?: AbortSignal,
): ByteInput {
  return {
    name,
    isFile: false,
    open: (from) => skip(decompress(abortable(stream, signal, operation), operation, name), from, operation, name),
  };
}

async function* readFile(path: string, start: number, operation: string): AsyncGenerator<Uint8Array> {
  const stream = createReadStream(path, { start, highWaterMark: chunkBytes });
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (error) {
    throw ioError(operation, path, error);
  } finally {
    stream.destroy();
  }
}

async function isGzip(path: string, operation: string): Promise<boolean> {
  try {
    const handle = await open(path);
    try {
      const { buffer } = await handle.read(new Uint8Array(2), 0, 2, 0);
      return buffer[0] === 0x1f && buffer[1] === 0x8b;
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw ioError(operation, path, error);
  }
}

async function* skip(
  chunks: AsyncIterable<Uint8Array>,
  bytes: number,
  operation: string,
  name: string,
): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const chunk of chunks) {
    if (chunk.length <= left) {
      left -= chunk.length;
      continue;
    }
    yield left === 0 ? chunk : chunk.subarray(left);
    left = 0;
  }
  if (left > 0) throw rowFormatError(`${operation}: ${name}`, `ends ${left} bytes before where it goes on`);
}
