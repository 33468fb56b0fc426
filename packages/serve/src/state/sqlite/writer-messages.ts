import { OneheadError, type OneheadErrorCode } from "@onehead/core";
import type { StateWriter } from "./database-writer.js";

export type WriterMethod = Exclude<keyof StateWriter, "ended">;

/** What is asked of a writer in a thread of its own. */
export type WriterRequest = {
  [M in WriterMethod]: { id: number; method: M; values: Parameters<StateWriter[M]> };
}[WriterMethod];

/** What it says: an answer by the number of its request, or an entry of the journal that was lost. */
export type WriterReply = { id: number; value: unknown } | { id: number; error: WriterError } | { lost: WriterError };

/** An error as it comes through to another thread. */
export interface WriterError {
  code: OneheadErrorCode;
  message: string;
}

export function toWriterError(error: unknown): WriterError {
  if (OneheadError.isInstance(error)) return { code: error.code, message: error.message };
  return { code: "io", message: error instanceof Error ? error.message : String(error) };
}

export function fromWriterError({ code, message }: WriterError): OneheadError {
  return new OneheadError(code, message);
}
