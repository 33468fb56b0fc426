import { OneheadError } from "@onehead/core";

/** Throws OneheadError `aborted` once `signal` is. */
export function assertNotAborted(where: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new OneheadError("aborted", `${where}: aborted by its signal`, { cause: signal.reason });
}
