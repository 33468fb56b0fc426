import { OneheadError } from "@onehead/core";

/** Lets timers, I/O and abort signals run in the middle of long work, and stops it once `signal` is aborted. */
export async function yieldToEvents(where: string, signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  if (signal?.aborted) throw new OneheadError("aborted", `${where}: aborted`, { cause: signal.reason });
}
