import { Agent, type Dispatcher } from "undici";

/** What of a fetch's options the adapters use. */
interface SentRequest {
  method?: string;
  headers?: Headers | Readonly<Record<string, string>>;
  body?: string;
  signal?: AbortSignal | null;
}

/**
 * A fetch over kept connections, for adapters: what undici dispatches, and of an answer what adapters read of it (status, headers, body).
 * That spares what the standard asks of a fetch for pages, and streams that are passed from hand to hand: 0.3 ms of processor a call. It
 * follows no redirect: a key does not go to wherever an answer points.
 *
 * @param connections most to one host
 */
export function pooledFetch(connections = 1_024): typeof globalThis.fetch {
  const dispatcher = new Agent({
    connections,
    pipelining: 1,
    keepAliveTimeout: 30_000,
    // deadlines are the calls' own
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const addresses = new Addresses();
  return async (input, init) => {
    const { method = "GET", headers, body = null, signal = null } = (init ?? {}) as SentRequest;
    signal?.throwIfAborted();
    const { origin, path } = addresses.of(String(input));
    const sent = { origin, path, method: method as Dispatcher.HttpMethod, headers: headersOf(headers), body };
    return new Promise<Response>((resolve, reject) => {
      dispatcher.dispatch(sent, new Exchange(resolve, reject, signal));
    });
  };
}

/** Providers have few addresses, each asked again and again. */
const mostAddresses = 200;

/** Addresses taken apart, as undici wants them. */
class Addresses {
  readonly #known = new Map<string, { origin: string; path: string }>();

  of(address: string): { origin: string; path: string } {
    const known = this.#known.get(address);
    if (known !== undefined) return known;
    const { protocol, origin, pathname, search } = new URL(address);
    if (protocol !== "http:" && protocol !== "https:")
      throw new TypeError(`fetch: ${protocol}, expected http: or https:`);
    const parts = { origin, path: pathname + search };
    if (this.#known.size >= mostAddresses) this.#known.clear();
    this.#known.set(address, parts);
    return parts;
  }
}

/** As they are, and without an encoding that nobody here would undo. */
function headersOf(given: SentRequest["headers"] = {}): Record<string, string> {
  const headers: Record<string, string> = { "accept-encoding": "identity" };
  const set = (value: string, name: string): void => {
    headers[name.toLowerCase()] = value;
  };
  if (given instanceof Headers) given.forEach(set);
  else for (const [name, value] of Object.entries(given)) set(value, name);
  return headers;
}

/** How long the end of a body is waited for that has said all it has to: `[DONE]` stands before the end, not in its place. */
const endMs = 20;

/** Of a body that is not read as fast as it comes, so much is kept before the connection is left full. */
const mostWaitingBytes = 64 * 1024;

type Read = IteratorResult<Uint8Array, undefined>;

/** One request and its answer: what undici tells of them, and as much of a web stream as the one reader of an answer's body uses. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #answered: (response: Response) => void;
  readonly #failed: (reason: unknown) => void;
  readonly #signal: AbortSignal | null;
  #controller: Dispatcher.DispatchController | undefined;
  /** Why it was given up, also before it began. */
  #reason: Error | undefined;
  readonly #chunks: Uint8Array[] = [];
  #waitingBytes = 0;
  #reader: { resolve: (read: Read) => void; reject: (reason: unknown) => void } | undefined;
  #ended = false;
  #error: unknown;
  /** Read by nobody any more: what it still says ends it. */
  #left = false;
  #endTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(answered: (response: Response) => void, failed: (reason: unknown) => void, signal: AbortSignal | null) {
    this.#answered = answered;
    this.#failed = failed;
    this.#signal = signal;
    signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#reason !== undefined) controller.abort(this.#reason);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    // a word before the answer, such as 103
    if (status < 200) return;
    const response: Pick<Response, "status" | "ok" | "headers"> & { body: object } = {
      status,
      ok: status < 300,
      get headers() {
        return webHeaders(headers);
      },
      body: {
        getReader: () => ({ read: () => this.#read(), cancel: () => this.#cancel() }),
        cancel: () => this.#cancel(),
      },
    };
    this.#answered(response as unknown as Response);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    if (this.#left) {
      this.#giveUp(leftError());
      return;
    }
    if (this.#reader !== undefined) {
      const { resolve } = this.#reader;
      this.#reader = undefined;
      resolve({ done: false, value: chunk });
      return;
    }
    this.#chunks.push(chunk);
    this.#waitingBytes += chunk.byteLength;
    if (this.#waitingBytes >= mostWaitingBytes) controller.pause();
  }

  onResponseEnd(): void {
    this.#ended = true;
    this.#release();
    this.#reader?.resolve({ done: true, value: undefined });
    this.#reader = undefined;
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#break(this.#reason ?? error);
  }

  readonly #onAbort = (): void => this.#giveUp(this.#signal?.reason as Error);

  /** Ends the connection, and whatever is waited for. */
  #giveUp(reason: Error): void {
    if (this.#ended) return;
    this.#reason ??= reason;
    this.#controller?.abort(reason);
    this.#break(reason);
  }

  #break(reason: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = reason;
    this.#chunks.length = 0;
    this.#release();
    this.#failed(reason);
    this.#reader?.reject(reason);
    this.#reader = undefined;
  }

  #release(): void {
    clearTimeout(this.#endTimer);
    this.#signal?.removeEventListener("abort", this.#onAbort);
  }

  #read(): Promise<Read> {
    const chunk = this.#chunks.shift();
    if (chunk !== undefined) {
      this.#waitingBytes -= chunk.byteLength;
      if (this.#chunks.length === 0) this.#controller?.resume();
      return Promise.resolve({ done: false, value: chunk });
    }
    if (this.#error !== undefined) return Promise.reject(this.#error);
    if (this.#ended || this.#left) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }

  /** Gives the connection back, read or not: for another call where the body ends at once, else by ending it. */
  async #cancel(): Promise<void> {
    if (this.#ended || this.#left) return;
    this.#left = true;
    // who waits for it is not to wait any longer
    if (this.#reader !== undefined || this.#chunks.length > 0) this.#giveUp(leftError());
    else this.#endTimer = setTimeout(() => this.#giveUp(leftError()), endMs);
  }
}

function leftError(): Error {
  return new DOMException("the answer is no longer read", "AbortError");
}

function webHeaders(given: Readonly<Record<string, string | string[] | undefined>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) headers.append(name, one);
  }
  return headers;
}
