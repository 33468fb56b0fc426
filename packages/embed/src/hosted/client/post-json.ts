import { assertNotAborted } from "../../assert-not-aborted.js";
import { EmbeddingRequestError, type EmbeddingRequestErrorCode } from "../embedding-request-error.js";
import { backOffMs, isTransient, type RetryPolicy, retryAfterMs } from "./retry-delay.js";
import { sleep } from "./sleep.js";

export interface JsonRequest {
  provider: string;
  url: URL;
  /** Hold the key: never shown. */
  headers: Headers;
  body: unknown;
  /** Each try's time for headers and body of the answer. */
  timeoutMs: number;
  policy: RetryPolicy;
  fetch: typeof fetch;
  signal: AbortSignal | undefined;
}

/** What one try came to. */
type Outcome =
  | { json: unknown }
  | {
      code: EmbeddingRequestErrorCode;
      what: string;
      status: number | null;
      transient: boolean;
      /** As the server asks for. */
      waitMs: number | null;
    };

/** A parsed answer and the tries that it took. */
export interface JsonAnswer {
  json: unknown;
  attempts: number;
}

/**
 * Posts JSON and returns the parsed answer; tries again after statuses, broken connections, time-outs and broken bodies
 * that may go away by themselves.
 *
 * @throws EmbeddingRequestError "http", "timeout" or "response" after the last try; OneheadError "aborted"
 */
export async function postJson(request: JsonRequest): Promise<JsonAnswer> {
  const { provider, policy, signal } = request;
  for (let attempts = 1; ; attempts++) {
    assertNotAborted("embed", signal);
    const outcome = await tryOnce(request);
    if ("json" in outcome) return { json: outcome.json, attempts };
    assertNotAborted("embed", signal);
    const failed = { provider, host: request.url.host, status: outcome.status, attempts };
    if (!outcome.transient || attempts > policy.retries) {
      throw new EmbeddingRequestError(outcome.code, outcome.what, failed);
    }
    const waitMs = outcome.waitMs ?? backOffMs(policy, attempts, Math.random());
    if (waitMs > policy.longestWaitMs) {
      const asked = `${outcome.what}; it asks for a wait of ${Math.ceil(waitMs / 1000)} s, expected at most`;
      throw new EmbeddingRequestError(outcome.code, `${asked} ${policy.longestWaitMs / 1000} s`, failed);
    }
    await sleep(waitMs, signal);
  }
}

async function tryOnce({ url, headers, body, timeoutMs, fetch, signal }: JsonRequest): Promise<Outcome> {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  signal?.addEventListener("abort", stop, { once: true });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    controller.abort();
  }, timeoutMs);
  let status: number | null = null;
  try {
    const response = await fetch(url, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
      // a redirect would carry the prompts to a host that nobody named
      redirect: "manual",
      signal: controller.signal,
    });
    status = response.status;
    if (!response.ok) {
      await response.body?.cancel();
      const waitMs = retryAfterMs(response.headers.get("retry-after"), Date.now());
      // opaque answers to redirects have status 0
      const what = `status ${status === 0 ? "3xx" : status}, expected 200`;
      return { code: "http", what, status, transient: isTransient(status), waitMs };
    }
    return parse(await response.text());
  } catch (error) {
    if (timedOut) {
      return { code: "timeout", what: `no answer within ${timeoutMs} ms`, status, transient: true, waitMs: null };
    }
    return { code: "http", what: `no answer: ${systemCode(error)}`, status, transient: true, waitMs: null };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

/** The parser's own message quotes the body, so it goes no further. */
function parse(text: string): Outcome {
  try {
    return { json: JSON.parse(text) };
  } catch {
    const what = `a body of ${text.length} characters that is not JSON`;
    return { code: "response", what, status: 200, transient: true, waitMs: null };
  }
}

/** ECONNREFUSED and the like. Messages of fetch may quote addresses with their credentials and headers with their keys. */
function systemCode(error: unknown): string {
  for (let e = error, depth = 0; typeof e === "object" && e !== null && depth < 4; depth++) {
    const { code, cause, errors } = e as { code?: unknown; cause?: unknown; errors?: unknown };
    if (typeof code === "string" && /^[A-Z][A-Z0-9_]{1,40}$/.test(code)) return code;
    e = cause ?? (Array.isArray(errors) ? errors[0] : undefined);
  }
  return "the connection failed";
}
