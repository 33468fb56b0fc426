import { invalidArgument, ProviderHttpError, ProviderResponseError } from "@onehead/provider";
import { type Call, nameOf } from "../call/call.js";
import { httpError } from "../call/to-provider-error.js";
import { parsed } from "../wire/parse-event.js";
import { chunksOf, readText } from "./read-body.js";

/** Settings of the plain-fetch style, which edge runtimes need. */
export interface FetchSettings {
  /** Address up to and without the path of a call. */
  baseUrl?: string | undefined;
  /** The key, or a function that gives one for each call. */
  apiKey?: string | (() => string | Promise<string>) | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  /** Default: the runtime's own. */
  fetch?: typeof globalThis.fetch | undefined;
  /** Of a call that says nothing: until the answer, or the first event of a stream. Default 600,000. */
  timeoutMs?: number | undefined;
  /** Longest silence within a stream. Default 120,000. */
  idleTimeoutMs?: number | undefined;
}

/** Where the requests of one provider go, in the plain-fetch style. */
export class Endpoint {
  readonly url: URL;
  readonly #settings: FetchSettings;
  readonly #authorize: (key: string) => Readonly<Record<string, string>>;
  readonly #own: Readonly<Record<string, string>>;
  /** The path that came last, and its address: making one anew took 5 µs of each call. */
  #path: string | undefined;
  #address = "";
  /** By what is accepted, of the key that came last: those of most calls are the same. */
  readonly #headers = new Map<string, { key: string | undefined; headers: Readonly<Record<string, string>> }>();

  /**
   * @param authorize headers that carry the key
   * @param own       headers of every call
   * @throws ProviderError "invalid-argument" for an address that is not http(s)
   */
  constructor(
    caller: string,
    settings: FetchSettings,
    home: string,
    authorize: (key: string) => Readonly<Record<string, string>>,
    own: Readonly<Record<string, string>> = {},
  ) {
    this.url = parseBaseUrl(`${caller}: baseUrl`, settings.baseUrl ?? home);
    this.#settings = settings;
    this.#authorize = authorize;
    this.#own = own;
  }

  /** Posts JSON. @returns the body as parsed */
  async json(call: Call, path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<unknown> {
    const response = await this.#post(call, path, body, "application/json", headers);
    const text = await call.wait(readText(response.body, undefined, call.signal));
    call.closed = true;
    const json = parsed(text);
    if (json === undefined) throw notJson(call, response);
    return json;
  }

  /** Posts JSON. @returns chunks of the body, once headers have come */
  async chunks(
    call: Call,
    path: string,
    body: unknown,
    accept: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<AsyncGenerator<Uint8Array>> {
    return chunksOf((await this.#post(call, path, body, accept, headers)).body, call.signal);
  }

  async #post(
    call: Call,
    path: string,
    body: unknown,
    accept: string,
    extra?: Readonly<Record<string, string>>,
  ): Promise<Response> {
    const { fetch = (input, init) => globalThis.fetch(input, init) } = this.#settings;
    const key = await this.#key(call);
    const headers = { ...this.#headersWith(key, accept), ...(extra && headersFrom(extra)) };
    const { signal } = call;
    const response = await call.wait(
      // a key does not follow to wherever an answer points
      fetch(this.#addressOf(path), { method: "POST", headers, body: jsonOf(call, body), signal, redirect: "manual" }),
      (late) => void late.body?.cancel().catch(() => {}),
    );
    call.answered = true;
    if (response.ok) return response;
    const text = await call.wait(readText(response.body, 1024 * 1024, signal)).catch((error: unknown) => {
      if (signal.aborted) throw error;
      return "";
    });
    // some providers quote the key that they refuse
    const told = key === undefined || key.length < 8 ? text : text.replaceAll(key, "[key]");
    throw httpError(call.target, response.status, response.headers, parsed(told));
  }

  #addressOf(path: string): string {
    if (path !== this.#path) {
      this.#path = path;
      this.#address = joinPath(this.url, path).href;
    }
    return this.#address;
  }

  /** The headers of a call but for its own. @throws ProviderError "invalid-argument" */
  #headersWith(key: string | undefined, accept: string): Readonly<Record<string, string>> {
    const kept = this.#headers.get(accept);
    if (kept !== undefined && kept.key === key) return kept.headers;
    const headers = headersFrom({
      "content-type": "application/json",
      accept,
      ...this.#own,
      ...(key === undefined ? {} : this.#authorize(key)),
      ...this.#settings.headers,
    });
    this.#headers.set(accept, { key, headers });
    return headers;
  }

  /** @throws ProviderHttpError when the function for it fails: the provider was not asked; ProviderError for what is no text */
  async #key(call: Call): Promise<string | undefined> {
    const { apiKey } = this.#settings;
    if (typeof apiKey !== "function") return apiKey;
    const asked = (async () => apiKey())().catch((cause: unknown) => {
      const message = `${nameOf(call.target)}: apiKey: the function failed, expected a key`;
      throw new ProviderHttpError(message, { ...call.target, status: null, billing: "none", cause });
    });
    const key: unknown = await call.wait(asked);
    if (typeof key === "string") return key;
    throw invalidArgument(`${call.target.provider}: apiKey`, typeof key, "text");
  }
}

/** @throws ProviderError "invalid-argument" for what JSON cannot hold: a circle, or a bigint */
function jsonOf(call: Call, body: unknown): string {
  try {
    return JSON.stringify(body);
  } catch {
    throw invalidArgument(`${call.target.provider}: request`, "what JSON cannot hold", "values of JSON");
  }
}

/** The error for an answer of another form, with the type that it says it has. */
function notJson(call: Call, response: Response): ProviderResponseError {
  const type = response.headers.get("content-type")?.split(";")[0].trim() ?? "no content type";
  const said = /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : "no content type";
  return new ProviderResponseError(`${nameOf(call.target)}: no JSON (${said}), expected application/json`, call.target);
}

function parseBaseUrl(where: string, baseUrl: string): URL {
  try {
    const { protocol, username, password, href } = new URL(baseUrl);
    // fetch takes no address that holds a password
    if (/^https?:$/.test(protocol) && username + password === "") return new URL(href);
  } catch {
    // said below, for all
  }
  throw invalidArgument(where, "no http(s) address, or one with a password", "one such as https://host/v1");
}

/** The address of a path below the base, whose query is kept: Azure has its version there. */
function joinPath(base: URL, path: string): URL {
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/+$/, "")}/${path.replace(/^\/+/, "").split("?")[0]}`;
  const query = path.split("?")[1];
  for (const [name, value] of new URLSearchParams(query)) url.searchParams.set(name, value);
  return url;
}

/** By names in lower case. @throws ProviderError "invalid-argument" naming the header: fetch's own error would quote its value */
function headersFrom(given: Readonly<Record<string, string>>): Record<string, string> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    try {
      headers.set(name, value);
    } catch {
      throw invalidArgument(
        `headers.${name.slice(0, 60)}`,
        "a value that no header can have",
        "a header's name and value",
      );
    }
  }
  const lower: Record<string, string> = {};
  headers.forEach((value, name) => {
    lower[name] = value;
  });
  return lower;
}
