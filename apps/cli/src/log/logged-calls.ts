import { OneheadError } from "@onehead/core";
import type { CallFilter, CallRecord, GatewayState } from "@onehead/serve";

const callsPerPage = 200;

/**
 * All calls that pass a filter, newest first, a page of them in memory.
 *
 * @throws OneheadError "aborted" between two pages
 */
export async function* loggedCalls(
  log: Pick<GatewayState, "calls">,
  filter: CallFilter,
  signal?: AbortSignal,
): AsyncGenerator<CallRecord> {
  for (let after: string | undefined; ; ) {
    if (signal?.aborted) throw new OneheadError("aborted", "log: stopped");
    const { calls, next } = await log.calls(filter, { limit: callsPerPage, after });
    yield* calls;
    if (next === null) return;
    after = next;
  }
}
