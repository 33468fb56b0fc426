import { parseRetryAfter } from "@onehead/provider";
import { type Fields, isFields } from "./fields.js";

/** What an error of any provider's client says, under whichever names it says it. */
export interface Fault {
  /** Names of the error and of its causes, the outermost first. */
  names: readonly string[];
  /** Undefined where no error of the chain carries one. */
  status: number | undefined;
  /** No answer came: the connection failed. */
  connection: boolean;
  retryAfterMs: number | undefined;
  /** LangChain's own mark of whether another try may do better. */
  retryable: boolean | undefined;
  /** The provider's or LangChain's name of the fault. */
  reason: string | undefined;
}

/** Set by LangChain on errors that it has classified; registered globally, so that all copies of it agree. */
const retryableMark = Symbol.for("langchain.errors.retryable");

/** The status that LangChain's own codes stand for, where the error carries none. */
const statusOfCode: Readonly<Record<string, number>> = {
  INVALID_TOOL_RESULTS: 400,
  MODEL_AUTHENTICATION: 401,
  MODEL_NOT_FOUND: 404,
  MODEL_RATE_LIMIT: 429,
};

const connectionCode = /^(ECONN|ENOTFOUND|EAI_|EPIPE|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|UND_ERR_)/;

export function faultOf(error: unknown): Fault {
  const chain = chainOf(error);
  const names = chain.map(({ name }) => (typeof name === "string" ? name : ""));
  const status = firstOf(chain, statusIn) ?? firstOf(chain, (link) => statusOfCode[String(link["lc_error_code"])]);
  return {
    names,
    status,
    connection: status === undefined && chain.some(isConnection),
    retryAfterMs: firstOf(chain, waitIn),
    retryable: firstOf(chain, (link) => {
      const mark: unknown = (link as Record<symbol, unknown>)[retryableMark];
      return typeof mark === "boolean" ? mark : undefined;
    }),
    reason: names.includes("ContextOverflowError") ? "context_length_exceeded" : firstOf(chain, reasonIn),
  };
}

/** The error and its causes, as far as anybody nests them. */
function chainOf(error: unknown): Fields[] {
  const chain: Fields[] = [];
  let link = error;
  while (isFields(link) && chain.length < 5) {
    chain.push(link);
    link = link["cause"];
  }
  return chain;
}

function firstOf<T>(chain: readonly Fields[], read: (link: Fields) => T | undefined): T | undefined {
  for (const link of chain) {
    const found = read(link);
    if (found !== undefined) return found;
  }
  return undefined;
}

// OpenAI, Anthropic, Google: status; Cohere, Mistral: statusCode; Ollama: status_code; AWS: $metadata; axios: response
function statusIn(link: Fields): number | undefined {
  const metadata = isFields(link["$metadata"]) ? link["$metadata"] : {};
  const response = isFields(link["response"]) ? link["response"] : {};
  const given = [
    link["status"],
    link["statusCode"],
    link["status_code"],
    metadata["httpStatusCode"],
    response["status"],
  ];
  return given.find((value): value is number => typeof value === "number" && value >= 100 && value <= 599);
}

function waitIn(link: Fields): number | undefined {
  for (const holder of [link, link["response"], link["rawResponse"], link["$response"]]) {
    const headers = isFields(holder) ? (holder["headers"] ?? holder["responseHeaders"]) : undefined;
    const wait = isFields(headers) ? parseRetryAfter({ get: (name) => headerOf(headers, name) }) : undefined;
    if (wait !== undefined) return wait;
  }
  const { retryAfterMs } = link;
  return typeof retryAfterMs === "number" && retryAfterMs >= 0 ? retryAfterMs : undefined;
}

function headerOf(headers: Fields, name: string): string | undefined {
  const value: unknown = typeof headers["get"] === "function" ? headers["get"](name) : headers[name];
  return typeof value === "string" ? value : undefined;
}

function isConnection({ name, code, message }: Fields): boolean {
  if (name === "APIConnectionError") return true;
  if (typeof code === "string" && connectionCode.test(code)) return true;
  return name === "TypeError" && /fetch failed|failed to fetch|network/i.test(String(message));
}

function reasonIn(link: Fields): string | undefined {
  const body = isFields(link["error"]) ? link["error"] : {};
  const inner = isFields(body["error"]) ? body["error"] : body;
  const aws = "$fault" in link ? link["name"] : undefined;
  const given = [link["code"], inner["code"], inner["type"], link["type"], aws, link["lc_error_code"]];
  return given.find((value): value is string => typeof value === "string" && /^[A-Za-z_][\w.-]{0,79}$/.test(value));
}
