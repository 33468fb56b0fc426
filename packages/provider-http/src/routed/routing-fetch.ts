import {
  outcomeField,
  ProviderError,
  ProviderHttpError,
  parseAutoModel,
  type RouteDecision,
  type RoutedCall,
  type RoutePreference,
  type Router,
  runRoute,
} from "@onehead/provider";
import { httpError, toProviderError } from "../call/to-provider-error.js";
import { readText } from "../fetch/read-body.js";
import { isRecord, type Wire } from "../wire/fields.js";
import { HeldStream } from "./held-stream.js";
import type { RoutedPath } from "./routed-path.js";

type Fetch = typeof globalThis.fetch;

export interface RoutingFetchOptions {
  provider: string;
  router: Router;
  paths: readonly RoutedPath[];
  /** What a candidate is called at this provider; candidates that are not named here are not taken. Default: as they are. */
  models?: Readonly<Record<string, string>> | undefined;
}

/** One answer of the provider, ready to be handed on. */
type Answer = { response: Response; json: unknown } | { response: Response; held: HeldStream };

/**
 * A fetch that sends requests for an automatic model to where the router says, and all others on as they are.
 *
 * It works below the vendor's client, which so keeps all of its own calls: typed, parsed and streamed. A failure is an answer
 * too: the last one of the provider, or one that says that there was none, so that the client throws the errors of its own.
 */
export function routingFetch(base: Fetch, options: RoutingFetchOptions): Fetch {
  return async (input, init) => {
    const path = options.paths.find(({ path }) => pathOf(input).endsWith(path));
    const body = path === undefined || typeof init?.body !== "string" ? undefined : parsed(init.body);
    if (path === undefined || !isRecord(body) || typeof body["model"] !== "string") return base(input, init);
    let preference: RoutePreference | null;
    try {
      preference = parseAutoModel(body["model"]);
    } catch (error) {
      return failureResponse(error, options.provider);
    }
    if (preference === null) return base(input, init);
    return new RoutedRequest(base, options, path, body, preference).answer(input, init);
  };
}

class RoutedRequest {
  readonly #base: Fetch;
  readonly #options: RoutingFetchOptions;
  readonly #path: RoutedPath;
  readonly #body: Wire;
  readonly #preference: RoutePreference;
  /** What the provider said last, should nobody answer. */
  #refusal: Response | undefined;

  constructor(base: Fetch, options: RoutingFetchOptions, path: RoutedPath, body: Wire, preference: RoutePreference) {
    this.#base = base;
    this.#options = options;
    this.#path = path;
    this.#body = body;
    this.#preference = preference;
  }

  async answer(input: RequestInfo | URL, init: RequestInit | undefined): Promise<Response> {
    const { router, models } = this.#options;
    const signal = init?.signal ?? undefined;
    try {
      const decision = await router.route({
        ...this.#preference,
        request: this.#path.toRequest(this.#body),
        ...(models === undefined ? {} : { models: Object.keys(models) }),
      });
      const call = await runRoute<Answer>(
        router,
        decision,
        ({ model, signal }) => this.#try(input, { ...init, signal }, models?.[model] ?? model),
        {
          ...(signal === undefined ? {} : { signal }),
          discard: (answer) => void ("held" in answer ? answer.held.cancel() : undefined),
        },
      );
      return this.#routedResponse(call);
    } catch (error) {
      if (signal?.aborted) throw error;
      return this.#refusal ?? failureResponse(error, this.#options.provider);
    }
  }

  async #try(input: RequestInfo | URL, init: RequestInit, model: string): Promise<Answer> {
    const target = { provider: this.#options.provider, model, host: hostOf(input) };
    const body = JSON.stringify(this.#path.withModel(this.#body, model));
    const headers = new Headers(init.headers);
    headers.delete("content-length");
    let answered = false;
    try {
      const response = await this.#base(input, { ...init, body, headers });
      answered = true;
      if (!response.ok) {
        const text = await readText(response.body, 1024 * 1024);
        this.#refusal = new Response(text, { status: response.status, headers: passedOn(response.headers, true) });
        throw httpError(target, response.status, response.headers, parsed(text));
      }
      this.#refusal = undefined;
      if (this.#body["stream"] !== true) return { response, json: JSON.parse(await readText(response.body)) };
      const held = new HeldStream(response.body, this.#path, this.#body);
      await held.untilContent();
      return { response, held };
    } catch (error) {
      throw toProviderError(error, target, answered);
    }
  }

  #routedResponse(call: RoutedCall<Answer>): Response {
    const { response } = call.value;
    const headers = passedOn(response.headers, false);
    setDecisionHeaders(headers, call.outcome.decision, call.outcome.model);
    if ("held" in call.value) {
      return new Response(call.value.held.passOn(call), { status: response.status, headers });
    }
    const { json } = call.value;
    call.settle(this.#path.usageOf(json));
    const carried = isRecord(json) ? { ...json, [outcomeField]: call.outcome } : json;
    return new Response(JSON.stringify(carried), { status: response.status, headers });
  }
}

function setDecisionHeaders(headers: Headers, decision: RouteDecision, model: string): void {
  const chosen = decision.ranking.find((candidate) => candidate.model === model);
  const values = {
    "x-onehead-decision-id": decision.id,
    "x-onehead-model": model,
    "x-onehead-predicted-quality": chosen?.predictedQuality.toPrecision(4),
    "x-onehead-predicted-cost-usd": chosen?.predictedCostUsd.toPrecision(4),
  };
  for (const [name, value] of Object.entries(values)) {
    // names of models are text of any kind, headers are not
    if (value !== undefined && /^[\x20-\x7e]*$/.test(value)) headers.set(name, value);
  }
}

/** Headers of an answer whose body is another one now. @param failed the client is not to try again: that was done here */
function passedOn(given: Headers, failed: boolean): Headers {
  const headers = new Headers(given);
  for (const name of ["content-length", "content-encoding", "transfer-encoding"]) headers.delete(name);
  if (failed) headers.set("x-should-retry", "false");
  return headers;
}

/** An answer that tells of an error, in the form that clients read: 400 for a bad request, else 503 or 504. */
function failureResponse(error: unknown, provider: string): Response {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const isOurs = (error as Record<symbol, unknown> | null)?.[Symbol.for("onehead.error")] === true;
  if (!isOurs) throw error;
  const failure = ProviderError.isInstance(error) ? error : undefined;
  const status = ProviderHttpError.isInstance(failure) && failure.status !== null ? failure.status : statusFor(code);
  const type = status === 400 ? "invalid_request_error" : "api_error";
  const body = { type: "error", error: { message: String(message), type, code, provider } };
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", "x-should-retry": "false" },
  });
}

function statusFor(code: unknown): number {
  if (code === "http") return 503;
  if (code === "timeout") return 504;
  return code === "response" ? 502 : 400;
}

function pathOf(input: RequestInfo | URL): string {
  try {
    return new URL(addressOf(input)).pathname.replace(/\/+$/, "");
  } catch {
    return "";
  }
}

function hostOf(input: RequestInfo | URL): string | undefined {
  try {
    return new URL(addressOf(input)).host;
  } catch {
    return undefined;
  }
}

function addressOf(input: RequestInfo | URL): string {
  return input instanceof Request ? input.url : String(input);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
