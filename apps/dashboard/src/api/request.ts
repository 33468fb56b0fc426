import { bearerKey } from "./bearer-key.js";
import { errorOfResponse, GatewayError } from "./gateway-error.js";

/**
 * Asks the gateway that serves this page, with the key if there is one.
 *
 * @param path relative to the page, so that a gateway behind a prefix works: "api/status"
 * @throws GatewayError for whatever is not a success; an abort is thrown as it is
 */
export async function request(path: string, options: { body?: unknown; signal?: AbortSignal } = {}): Promise<Response> {
  const headers: Record<string, string> = {};
  const key = bearerKey();
  if (key !== null) headers["authorization"] = `Bearer ${key}`;
  if (options.body !== undefined) headers["content-type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(new URL(path, document.baseURI), {
      method: options.body === undefined ? "GET" : "POST",
      headers,
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal ? { signal: options.signal } : {}),
      cache: "no-store",
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new GatewayError("The gateway cannot be reached. Is it running?", 0);
  }
  if (!response.ok) throw await errorOfResponse(response);
  return response;
}

/** {@link request} and its JSON, whose shape the gateway's own types promise. */
export async function requestJson<T>(path: string, options: { body?: unknown; signal?: AbortSignal } = {}): Promise<T> {
  const response = await request(path, options);
  try {
    return (await response.json()) as T;
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new GatewayError("The gateway's answer is not JSON.", response.status);
  }
}
