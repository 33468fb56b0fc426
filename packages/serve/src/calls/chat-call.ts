import {
  type ChatRequest,
  ProviderAbortedError,
  ProviderResponseError,
  type RoutedCall,
  type RouteOutcome,
  type Usage,
} from "@onehead/provider";
import type { Wire } from "@onehead/provider-http";
import { questionIn, Stop, type StopSignal } from "@onehead/runtime";
import type { ServerFormat } from "@onehead/wire-formats";
import { atMostUsd } from "../engine/at-most.js";
import type { Engine, GatewayDecision, GatewayModel } from "../engine/engine.js";
import type { GatewayContext } from "../gateway/gateway-context.js";
import { errorInfo } from "../http/error-info.js";
import type { RouterOptions } from "../request/router-options.js";
import type { SettledCall } from "../state/gateway-state.js";
import { answerText } from "./answer-text.js";
import { type Answer, type Asked, attempt } from "./attempt.js";
import { CallLog } from "./call-log.js";
import { openedCall } from "./opened-call.js";
import { drain, type Ending, relay } from "./relay.js";
import { eventStreamHeaders } from "./server-sent-events.js";
import { estimatedUsage, settlement } from "./settlement.js";

/** A request that has been read and decided. */
export interface DecidedCall {
  engine: Engine;
  decision: GatewayDecision;
  options: RouterOptions;
  format: ServerFormat;
  body: Wire;
  bodyBytes: number;
  headers: Headers;
  request: ChatRequest;
  requestId: string;
  requestedModel: string;
  /** Keeps the request under way after its handler has ended, until what this gives is called. */
  holdOpen(): () => void;
  /** Aborted when the client goes. */
  clientSignal: StopSignal;
  startedMs: number;
}

/** What goes back to the client, but for headers of every answer. */
export interface CallAnswer {
  body: ReadableStream<Uint8Array> | Wire;
  headers: Record<string, string>;
}

/**
 * Makes a decided call: on record before anything is sent, tried and tried elsewhere until an answer begins, settled when it is over.
 */
export class ChatCall {
  readonly #context: GatewayContext;
  readonly #call: DecidedCall;
  readonly #streamed: boolean;
  #log!: CallLog;
  #overheadMs = 0;

  constructor(context: GatewayContext, call: DecidedCall) {
    this.#context = context;
    this.#call = call;
    this.#streamed = call.body["stream"] === true;
  }

  /** @throws whatever the last try failed with; OneheadError "io" where it cannot be put on record */
  async answer(): Promise<CallAnswer> {
    await this.#open();
    try {
      const call = await this.#tried();
      return call.value.kind === "whole" ? await this.#whole(call, call.value) : this.#begun(call, call.value);
    } catch (error) {
      await this.#failed(error);
      throw error;
    }
  }

  async #open(): Promise<void> {
    const { engine, decision, request, bodyBytes, body, startedMs, options } = this.#call;
    const { state, logger, observers, now, settings } = this.#context;
    this.#overheadMs = performance.now() - startedMs;
    const opened = openedCall({
      engine,
      decision,
      surface: this.#call.format.name,
      streamed: this.#streamed,
      requestId: this.#call.requestId,
      requestedModel: this.#call.requestedModel.slice(0, 200),
      options,
      timeMs: now(),
      atMostUsd: atMostUsd(this.#model(decision.model), request, bodyBytes, answersOf(body)),
      overheadMs: this.#overheadMs,
    });
    this.#log = new CallLog(opened, { state, logger, observers });
    const { kept, redacted } = settings().contents;
    const contents = kept
      ? this.#context.contentsOf({ question: questionIn(request.messages), request: body }, redacted)
      : undefined;
    await this.#log.open(contents);
  }

  /** The run, which ends where its client leaves before it is answered. */
  #tried(): Promise<RoutedCall<Answer>> {
    const { clientSignal } = this.#call;
    // to be drained, a call goes on without its client
    if (this.#context.settings().onDisconnect === "drain") return this.#run(undefined);
    // a whole answer is settled as it comes, and the run lets go of the signal then
    if (!this.#streamed) return this.#run(clientSignal);
    // a stream that has begun is its relay's to end
    const stop = new Stop();
    const leave = (): void => stop.abort();
    if (clientSignal.aborted) leave();
    else clientSignal.addEventListener("abort", leave, { once: true });
    return this.#run(stop).finally(() => clientSignal.removeEventListener("abort", leave));
  }

  #run(signal: StopSignal | undefined): Promise<RoutedCall<Answer>> {
    const { engine, decision, request, body, bodyBytes, headers, format } = this.#call;
    const asked: Asked = {
      format,
      body,
      headers,
      request,
      streamed: this.#streamed,
      answerId: decision.id.replaceAll("-", ""),
      nowMs: this.#context.now(),
    };
    return engine.runtime.run<Answer>(
      decision,
      async ({ model: id, attempt: number, signal: ofTry }) => {
        const model = this.#model(id);
        // the first try is on record with the call, unless its model was passed over: its circuit is open, or its provider is busy
        if (number > 1 || id !== decision.model)
          await this.#log.beginTry(id, atMostUsd(model, request, bodyBytes, answersOf(body)));
        return attempt(asked, model, ofTry);
      },
      {
        signal,
        discard: (answer) => {
          if (answer.kind === "stream") answer.stream.cancel();
        },
      },
    );
  }

  async #whole(
    call: RoutedCall<Answer>,
    { body, usage, responseId }: Extract<Answer, { kind: "whole" }>,
  ): Promise<CallAnswer> {
    call.settle(usage);
    await this.#settle(call.outcome, { status: "answered", usage, responseId }, answerText(body));
    const { options } = this.#call;
    const explained = options.explain
      ? { ...body, onehead: this.#context.explain(this.#call.engine, this.#call.decision) }
      : body;
    const headers = this.#headers(call.outcome);
    headers["content-type"] = "application/json";
    return { body: explained as Wire, headers };
  }

  #begun(call: RoutedCall<Answer>, { stream }: Extract<Answer, { kind: "stream" }>): CallAnswer {
    const firstContentMs = performance.now() - this.#call.startedMs;
    const { onDisconnect, drainMs } = this.#context.settings();
    const settle = (ending: Ending): Promise<void> => {
      const { usage, estimated } = this.#usageAtEnd(stream, ending, call.outcome.model);
      const error = ending.kind === "broken" ? ending.error : ending.kind === "left" ? left() : undefined;
      call.settle(usage, error);
      const status = ending.kind === "whole" ? "answered" : ending.kind;
      return this.#settle(
        call.outcome,
        { status, usage, estimated, error, responseId: stream.responseId, firstContentMs },
        stream.seen,
      );
    };
    const reads = onDisconnect === "drain" ? drainMs : null;
    // gone before there was anything to read: nobody will cancel the body
    if (this.#call.clientSignal.aborted) void this.#leave(stream, reads, settle);
    const body = relay(stream, {
      requestId: this.#call.requestId,
      drainMs: reads,
      settle,
      ended: this.#call.holdOpen(),
    });
    return { body, headers: { ...eventStreamHeaders, ...this.#headers(call.outcome) } };
  }

  async #leave(
    stream: Extract<Answer, { kind: "stream" }>["stream"],
    drainMs: number | null,
    settle: (ending: Ending) => Promise<void>,
  ): Promise<void> {
    if (drainMs !== null) return drain(stream, drainMs, settle);
    stream.cancel();
    await settle({ kind: "left" });
  }

  /** The provider's own count, also where the answer broke after it; of an answer that was left, what was seen of it. */
  #usageAtEnd(
    { usage, seen }: Extract<Answer, { kind: "stream" }>["stream"],
    ending: Ending,
    model: string,
  ): { usage: Usage | undefined; estimated: boolean } {
    if (usage !== undefined) return { usage, estimated: false };
    if (ending.kind === "broken") return { usage: usageOfError(ending.error), estimated: false };
    if (ending.kind === "whole" || this.#model(model).prices === undefined) return { usage, estimated: false };
    return { usage: estimatedUsage(this.#call.decision.inputTokens, seen), estimated: true };
  }

  async #failed(error: unknown): Promise<void> {
    const { decision, requestId, clientSignal } = this.#call;
    const outcome = this.#context.outcomes.of(decision);
    const httpStatus = errorInfo(error, requestId).status;
    const status = clientSignal.aborted ? "aborted" : "failed";
    await this.#settle(outcome, { status, error, httpStatus, usage: undefined, responseId: null }, undefined);
  }

  async #settle(
    outcome: RouteOutcome | undefined,
    facts: {
      status: SettledCall["status"];
      usage: Usage | undefined;
      responseId: string | null;
      estimated?: boolean;
      error?: unknown;
      httpStatus?: number;
      firstContentMs?: number;
    },
    answer: string | undefined,
  ): Promise<void> {
    const { decision, startedMs } = this.#call;
    const latencyMs = performance.now() - startedMs;
    const settled = settlement({
      status: facts.status,
      usage: facts.usage,
      responseId: facts.responseId,
      outcome,
      model: this.#model(outcome?.model ?? decision.model),
      estimated: facts.estimated ?? false,
      error: facts.error,
      httpStatus: facts.httpStatus ?? 200,
      firstContentMs:
        facts.status === "failed" || facts.status === "aborted" ? null : (facts.firstContentMs ?? latencyMs),
      latencyMs,
    });
    this.#warnOfKeys(outcome);
    const { kept, redacted } = this.#context.settings().contents;
    await this.#log.settle(
      settled,
      kept && answer !== undefined ? this.#context.redacted(answer, redacted) : undefined,
    );
  }

  /** A key that is refused hides behind the next candidate, which costs more or is worse. */
  #warnOfKeys(outcome: RouteOutcome | undefined): void {
    for (const { model, status } of outcome?.tries ?? []) {
      if (status !== 401 && status !== 403) continue;
      const { provider } = this.#model(model);
      this.#context.logger.warn(
        { requestId: this.#call.requestId, provider, model, status },
        "a provider refuses the key",
      );
    }
  }

  #headers(outcome: RouteOutcome): Record<string, string> {
    return this.#context.decisionHeaders(this.#call.engine, this.#call.decision, outcome, this.#overheadMs);
  }

  #model(id: string): GatewayModel {
    const model = this.#call.engine.findModel(id);
    if (model === undefined) throw new Error(`the router chose ${id.slice(0, 60)}, which is no model of this engine`);
    return model;
  }
}

/** How many answers are asked for at once. */
function answersOf(body: Wire): number {
  const { n } = body;
  return typeof n === "number" && n > 1 ? n : 1;
}

function usageOfError(error: unknown): Usage | undefined {
  return ProviderResponseError.isInstance(error) ? error.usage : undefined;
}

/** As an abort: the candidate is not at fault, and the breaker is not told that it is. */
function left(): ProviderAbortedError {
  return new ProviderAbortedError("the client has left");
}
