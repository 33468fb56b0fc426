import {
  type Billing,
  ProviderError,
  ProviderHttpError,
  ProviderResponseError,
  ProviderTimeoutError,
  parseRetryAfter,
  withSentence,
} from "@onehead/provider";
import { readErrorBody } from "../wire/error-body.js";
import { isRecord } from "../wire/fields.js";
import { parsed } from "../wire/parse-event.js";
import { type CallTarget, nameOf } from "./call.js";

/**
 * The typed error for whatever fetch or a vendor's client has thrown. Goes by what clients have in common (a status, headers, a
 * body), so that no client has to be imported; nothing of a body but the name of the fault is kept.
 *
 * @param answered whether headers of an answer had come: the request itself did not fail then
 */
export function toProviderError(error: unknown, target: CallTarget, answered: boolean): ProviderError {
  if (ProviderError.isInstance(error)) return error;
  const fields = isRecord(error) ? error : {};
  const status = statusOf(fields);
  if (status !== undefined && (status < 200 || status > 299)) {
    return httpError(target, status, headersOf(fields), bodyOf(fields));
  }
  const name = nameOf(target);
  if (isTimeout(fields)) {
    return new ProviderTimeoutError(`${name}: the client's own time is over`, {
      ...target,
      phase: answered ? "idle" : "answer",
    });
  }
  // an error event within a stream: the client has no status for it, but the body says what it is
  const inStream = status === undefined ? readErrorBody(bodyOf(fields)) : undefined;
  if (inStream?.reason !== undefined) {
    return new ProviderResponseError(`${name}: error within the answer: ${inStream.reason}`, {
      ...target,
      reason: inStream.reason,
    });
  }
  if (error instanceof SyntaxError || isSyntaxError(fields)) {
    return new ProviderResponseError(`${name}: the answer is no JSON`, target);
  }
  const code = systemCode(fields);
  if (code === undefined && !isConnectionError(error)) {
    // a client that stumbles over an answer it did not expect; its own words may quote the body
    return new ProviderResponseError(`${name}: the answer could not be read`, target);
  }
  // undici's word for a body that breaks off
  if (answered || status !== undefined || fields["message"] === "terminated") {
    return new ProviderResponseError(`${name}: the answer broke off: ${code ?? "connection lost"}`, target);
  }
  const billing: Billing = code !== undefined && neverSent.test(code) ? "none" : "unknown";
  return new ProviderHttpError(`${name}: no connection: ${code ?? "fetch failed"}`, {
    ...target,
    status: null,
    reason: code,
    billing,
  });
}

interface HeaderSource {
  get(name: string): string | null | undefined;
}

/** The error for an answer with a status other than 2xx. */
export function httpError(
  target: CallTarget,
  status: number,
  headers: HeaderSource | undefined,
  body: unknown,
): ProviderHttpError {
  const { reason = awsReason(headers), param, retryAfterMs, sentence } = readErrorBody(body);
  const why = reason === undefined ? "" : ` (${reason})`;
  const asked = headers?.get("x-should-retry");
  // more of the same is no use when the account is empty
  const final = asked === "false" || reason === "insufficient_quota" || reason === "billing_error";
  const error = new ProviderHttpError(`${nameOf(target)}: status ${status}${why}, expected 200`, {
    ...target,
    status,
    reason,
    param,
    retryable: final ? false : asked === "true" ? true : undefined,
    retryAfterMs: (headers === undefined ? undefined : parseRetryAfter(headers)) ?? retryAfterMs,
  });
  return withSentence(error, sentence);
}

/** AWS names the fault in a header, with a shape's address behind a colon. */
function awsReason(headers: HeaderSource | undefined): string | undefined {
  return readErrorBody({ type: headers?.get("x-amzn-errortype")?.split(":")[0] }).reason;
}

/**
 * By name: clients have classes of their own for it, and some abort. OpenAI's has no name and Cohere's none but its message; AWS's
 * has this name for lost connections too. An abort of ours never comes here: the call says why it was stopped.
 */
function isTimeout(error: Record<string, unknown>): boolean {
  const code = systemCode(error);
  if (code === "ECONNRESET" || code === "EPIPE") return false;
  if (code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_BODY_TIMEOUT") return true;
  const { name, message } = error;
  if (typeof name === "string" && /Timeout(Error)?$|^AbortError$/i.test(name)) return true;
  return typeof message === "string" && /^"?(request )?time(d )?out"?\.?$/i.test(message);
}

/** By what fetch of the several runtimes, and the clients above it, say of a connection that failed. */
function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (/Connection|Network|Socket/.test(`${error.name} ${error.constructor.name}`)) return true;
  return connectionWords.test(error.message);
}

// Node, browsers, Deno, workerd; Bun has codes
const connectionWords =
  /^(fetch failed|terminated|failed to fetch|load failed|error sending request|network|connection|internal error; reference)/i;

/** Codes of connections that came to no request: no host, nobody there, no trust. Any other may have been answered, and billed. */
const neverSent =
  /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ConnectionRefused|FailedToOpenSocket|UND_ERR_CONNECT_TIMEOUT|ERR_INVALID_URL|\w*(CERT|SIGNATURE)\w*)$/;

function statusOf(error: Record<string, unknown>): number | undefined {
  const metadata = isRecord(error["$metadata"]) ? error["$metadata"]["httpStatusCode"] : undefined;
  const status = [error["status"], error["statusCode"], error["status_code"], metadata].find(
    (value) => typeof value === "number" && value >= 100 && value <= 599,
  );
  return status as number | undefined;
}

function headersOf(error: Record<string, unknown>): HeaderSource | undefined {
  const raw = isRecord(error["rawResponse"]) ? error["rawResponse"] : undefined;
  const response = isRecord(error["$response"]) ? error["$response"] : undefined;
  for (const headers of [error["headers"], raw?.["headers"], response?.["headers"]]) {
    if (!isRecord(headers)) continue;
    if (typeof headers["get"] === "function") return headers as unknown as HeaderSource;
    return { get: (name) => (typeof headers[name] === "string" ? headers[name] : undefined) };
  }
  return undefined;
}

/** What the client read of the answer: an object, or text that may be JSON. */
function bodyOf(error: Record<string, unknown>): unknown {
  const body = error["error"] ?? error["body"] ?? error["data$"];
  if (body !== undefined) return typeof body === "string" ? parsed(body) : body;
  // clients that keep the body as their message
  const message = error["message"];
  const start = typeof message === "string" ? message.indexOf("{") : -1;
  const fromMessage = start < 0 ? undefined : parsed((message as string).slice(start));
  if (fromMessage !== undefined) return fromMessage;
  return typeof error["name"] === "string" && /Exception$/.test(error["name"]) ? { type: error["name"] } : undefined;
}

function isSyntaxError(error: Record<string, unknown>): boolean {
  return chainOf(error).some(
    ({ name }) => typeof name === "string" && /SyntaxError|ParseError|ValidationError/i.test(name),
  );
}

/** The system's name of a fault of the network, such as ECONNRESET, wherever in the chain of causes it stands. */
function systemCode(error: Record<string, unknown>): string | undefined {
  // Bun's names are written otherwise
  const name = /^([A-Z][A-Z0-9_]{2,40}|Connection[A-Z][a-z]+|FailedToOpenSocket)$/;
  return chainOf(error)
    .map(({ code }) => code)
    .find((code): code is string => typeof code === "string" && name.test(code));
}

/** The error and its causes, of which a client may have made a circle. */
function chainOf(error: Record<string, unknown>): Array<Record<string, unknown>> {
  const chain = [error];
  for (let { cause } = error; isRecord(cause) && chain.length < 6; cause = cause["cause"]) chain.push(cause);
  return chain;
}
