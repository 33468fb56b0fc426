import {
  outcomeField,
  outcomeToJson,
  ProviderError,
  ProviderHttpError,
  ProviderResponseError,
  parseAutoModel,
  type RouteDecision,
  type RoutedCall,
  type RoutePreference,
  type Router,
  runRoute,
} from "@onehead/provider";
import { httpError, toProviderError } from "../call/to-provider-error.js";
import { readText } from "../fetch/read-body.js";
import { readErrorBody } from "../wire/error-body.js";
import { isRecord, type Wire } from "../wire/fields.js";
import { parsed } from "../wire/parse-event.js";
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
type Answer = { response: Response; json: Wire } | { response: Response; held: HeldStream };

/**
 * A fetch that sends requests for an automatic model to where the router says, and all others on as they are.
 *
 * It works below the vendor's client, which so keeps all of its own calls: typed, parsed and streamed. A failure is an answer
 * too: the last one of the provider, or one that says that there was none, so that the client throws the errors of its own.
 */
export function routingFetch(base: Fetch, options: RoutingFetchOptions): Fetch {
  return async (input, init) => {
    const asked = urlOf(input)?.pathname.replace(/\/+$/, "");
    const path = options.paths.find(({ path }) => asked?.endsWith(path));
    const body = path === undefined || typeof init?.body !== "string" ? undefined : parsed(init.body);
    if (path === undefined || !isRecord(body) || typeof body["model"] !== "string") return base(input, init);
    let preference: RoutePreference | null;
    try {
      preference = parseAutoModel(body["model"]);
    } catch (error) {
      return failureResponse(error, options.provider);
    }
    if (preference === null) return base(input, init);
    const refusal = path.refusalOf?.(body);
    if (refusal !== undefined) return errorResponse(400, refusal);
    // the client's own time was over, and it tries again: all else that fails is an answer, which it takes
    if (Number(new Headers(init?.headers).get("x-stainless-retry-count")) > 0) {
      throw new Error("timed out");
    }
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
      return this.#routedResponse(call, signal);
    } catch (error) {
      // as fetch itself does: clients know an abort, and their own timeouts, by the reason
      if (signal?.aborted) throw signal.reason;
      return this.#refusal ?? failureResponse(error, this.#options.provider);
    }
  }

  async #try(input: RequestInfo | URL, init: RequestInit, model: string): Promise<Answer> {
    const target = { provider: this.#options.provider, model, host: urlOf(input)?.host };
    const body = JSON.stringify(this.#path.withModel(this.#body, model));
    const headers = new Headers(init.headers);
    headers.delete("content-length");
    let answered = false;
    try {
      // called on nothing: some runtimes' own fetch refuses another object as its `this`
      const base = this.#base;
      const response = await base(withDeployment(input, String(this.#body["model"]), model), {
        ...init,
        body,
        headers,
      });
      answered = true;
      if (!response.ok) {
        // the status says enough where the body breaks off
        const text = await readText(response.body, 1024 * 1024).catch(() => "");
        this.#refusal = new Response(text, { status: response.status, headers: passedOn(response.headers, true) });
        throw httpError(target, response.status, response.headers, parsed(text));
      }
      this.#refusal = undefined;
      if (this.#body["stream"] !== true) return { response, json: this.#answerIn(await readText(response.body)) };
      const held = new HeldStream(response.body, this.#path, this.#body, target);
      await held.untilContent();
      return { response, held };
    } catch (error) {
      throw toProviderError(error, target, answered);
    }
  }

  /** @throws ProviderResponseError when it is no answer */
  #answerIn(body: string): Wire {
    const json = parsed(body);
    if (isRecord(json) && this.#path.isAnswer(json)) return json;
    const { reason } = readErrorBody(json);
    throw new ProviderResponseError(
      `${this.#options.provider}: no answer${reason === undefined ? "" : `: ${reason}`}`,
      {
        reason,
      },
    );
  }

  #routedResponse(call: RoutedCall<Answer>, signal: AbortSignal | undefined): Response {
    const { response } = call.value;
    const headers = passedOn(response.headers, false);
    setDecisionHeaders(headers, call.outcome.decision, call.outcome.model);
    if ("held" in call.value) {
      return new Response(call.value.held.passOn(call, signal), { status: response.status, headers });
    }
    const { json } = call.value;
    call.settle(this.#path.usageOf(json));
    return new Response(JSON.stringify({ ...json, [outcomeField]: outcomeToJson(call.outcome) }), {
      status: response.status,
      headers,
    });
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

/**
 * An answer that tells of an error, in the form that clients read: 400 for a bad request, else 500 to 504. What a router throws
 * is told so too: thrown on, the client would take it for a lost connection and try everything again.
 */
function failureResponse(error: unknown, provider: string): Response {
  const isOurs = (error as Record<symbol, unknown> | null | undefined)?.[Symbol.for("onehead.error")] === true;
  const { code, message } = isOurs
    ? (error as { code: unknown; message: unknown })
    : { code: "router", message: `the router failed: ${error instanceof Error ? error.message : String(error)}` };
  const failure = ProviderError.isInstance(error) ? error : undefined;
  const status = ProviderHttpError.isInstance(failure) && failure.status !== null ? failure.status : statusFor(code);
  const type = status === 400 ? "invalid_request_error" : "api_error";
  const body = { type: "error", error: { message: String(message), type, code, provider } };
  return errorResponse(status, body);
}

function errorResponse(status: number, body: Wire): Response {
  const headers = { "content-type": "application/json", "x-should-retry": "false" };
  return new Response(JSON.stringify(body), { status, headers });
}

function statusFor(code: unknown): number {
  if (code === "http") return 503;
  if (code === "timeout") return 504;
  if (code === "router") return 500;
  return code === "response" ? 502 : 400;
}

/** Undefined for an address that fetch itself will refuse. */
function urlOf(input: RequestInfo | URL): URL | undefined {
  const address = input instanceof Request ? input.url : String(input);
  return URL.canParse(address) ? new URL(address) : undefined;
}

/** Azure's client has put the name of the model into the address too, as that of a deployment. */
function withDeployment(input: RequestInfo | URL, asked: string, model: string): RequestInfo | URL {
  if (input instanceof Request) return input;
  return String(input).replace(`/deployments/${asked}/`, () => `/deployments/${encodeURIComponent(model)}/`);
}
