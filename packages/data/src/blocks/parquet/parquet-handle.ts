import type { FileHandle } from "node:fs/promises";
import type { AsyncBuffer } from "hyparquet";
import { ioError } from "../../errors/io-error.js";
import { rowFormatError } from "../../errors/row-format-error.js";

/** Reads bytes [start, end) of a file; fewer where it ends before. */
export async function readRange(handle: FileHandle, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(Math.max(0, end - start));
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled === bytes.length ? bytes : bytes.slice(0, filled);
}

/** A file as hyparquet reads one. */
export async function toAsyncBuffer(handle: FileHandle, operation: string, path: string): Promise<AsyncBuffer> {
  try {
    const { size } = await handle.stat();
    return {
      byteLength: size,
      slice: async (start, end = size) => (await readRange(handle, start, end)).buffer,
    };
  } catch (error) {
    throw ioError(operation, path, error);
  }
}

/** Waits for a step of decoding; a decoder meets damage in many ways, all of which mean the same to the caller. */
export async function decoded<T>(step: Promise<T>, operation: string, path: string): Promise<T> {
  try {
    return await step;
  } catch (error) {
    if (typeof (error as NodeJS.ErrnoException).syscall === "string") throw ioError(operation, path, error);
    const reason = error instanceof TypeError && "code" in error ? "text is not UTF-8" : "file is cut or damaged";
    throw rowFormatError(`${operation}: ${path}`, `${reason}, expected a whole Parquet file of UTF-8 text`);
  }
}
