import { Buffer } from "node:buffer";
import { setImmediate } from "node:timers/promises";
import { rowFormatError } from "../errors/row-format-error.js";

/** Beyond this a file has no lines. */
const maxLineBytes = 256 * 1024 * 1024;

/** Lines with their line feeds, but for a last one that has none. */
export interface WholeLines {
  bytes: Buffer;
  /** Nothing more is there yet: what was read should not wait for it. */
  isLull: boolean;
}

/**
 * Chunks of bytes as runs of whole lines.
 *
 * @throws OneheadError "row-format" for a line beyond 256 MB
 */
export async function* wholeLines(
  chunks: AsyncIterable<Uint8Array>,
  operation: string,
  name: string,
): AsyncGenerator<WholeLines> {
  const source = chunks[Symbol.asyncIterator]();
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  let next = handled(source.next());
  try {
    for (let step = await next; step.done !== true; step = await next) {
      const chunk = asBuffer(step.value);
      next = handled(source.next());
      const end = chunk.lastIndexOf(10) + 1;
      if (end > 0) {
        const head = chunk.subarray(0, end);
        const bytes = pending.length === 0 ? head : Buffer.concat([...pending, head]);
        pending = [];
        pendingBytes = 0;
        yield { bytes, isLull: !(await isThere(next)) };
      }
      if (end < chunk.length) pending.push(chunk.subarray(end));
      pendingBytes += chunk.length - end;
      if (pendingBytes > maxLineBytes) {
        throw rowFormatError(`${operation}: ${name}`, `a line exceeds ${maxLineBytes} bytes`);
      }
    }
    if (pendingBytes > 0) yield { bytes: Buffer.concat(pending), isLull: true };
  } finally {
    // not awaited: a source that waits for its peer would hold up whoever stops reading
    void source.return?.().catch(() => {});
  }
}

/** Whether a promise settles before the next turn of the event loop. */
function isThere(promise: Promise<unknown>): Promise<boolean> {
  const there = promise.then(
    () => true,
    () => true,
  );
  return Promise.race([there, setImmediate(false)]);
}

/** The same promise, whose failure is no unhandled one while nobody waits for it. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The bytes without a byte order mark before them. */
export function withoutMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}
