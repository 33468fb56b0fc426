import { OneheadError } from "@onehead/core";

/** A gateway that runs. */
export interface GatewayAddress {
  url: URL;
  apiKey: string | undefined;
}

/** @throws OneheadError "invalid-argument" */
export function gatewayAddress(text: string, apiKey: string | undefined): GatewayAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return { url, apiKey };
  throw new OneheadError(
    "invalid-argument",
    `log: --url: ${text.slice(0, 60)}, expected one such as http://127.0.0.1:8787`,
  );
}

/**
 * Has a gateway remove calls itself. One that it no longer knows is gone already.
 *
 * @returns how many it removed
 * @throws OneheadError "io" where it cannot be reached, refuses, or knows none of the calls
 */
export async function deleteOverHttp(
  gateway: GatewayAddress,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const { url, apiKey } = gateway;
  let removed = 0;
  for (const id of ids) {
    if (signal.aborted)
      throw new OneheadError("aborted", `log: stopped; ${removed} of ${ids.length} calls were removed`);
    const status = await deleteOne(new URL(`/v1/decisions/${encodeURIComponent(id)}`, url), apiKey).catch(
      (cause: unknown) => {
        throw failure(url, `cannot be reached`, removed, cause);
      },
    );
    if (status === 200) removed++;
    else if (status === 401) throw failure(url, "refuses the key, expected its own in ONEHEAD_API_KEY", removed);
    else if (status !== 404) throw failure(url, `answers ${status}`, removed);
  }
  if (removed === 0 && ids.length > 0)
    throw failure(url, "knows none of these calls, expected the gateway of this database", 0);
  return removed;
}

async function deleteOne(url: URL, apiKey: string | undefined): Promise<number> {
  const headers: Record<string, string> = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  const response = await fetch(url, { method: "DELETE", headers, redirect: "error" });
  await response.body?.cancel();
  return response.status;
}

function failure(url: URL, what: string, removed: number, cause?: unknown): OneheadError {
  return new OneheadError("io", `log: ${url.origin}: ${what}; ${removed} calls were removed`, { cause });
}
