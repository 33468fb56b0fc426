import { type Attributes, createNoopMeter, metrics, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { OpenedCall, SettledCall } from "../state/gateway-state.js";
import { BoundedNames } from "./bounded-names.js";
import type { CallObserver } from "./call-observer.js";

const operations: Readonly<Record<OpenedCall["surface"], string>> = {
  "chat-completions": "chat",
  messages: "chat",
  responses: "chat",
  completions: "text_completion",
  embeddings: "embeddings",
};

/**
 * Traces and metrics by OpenTelemetry's names for generative AI: a span `chat {model}` for each call, `gen_ai.client.operation.duration`
 * and `gen_ai.client.token.usage`. They go to whatever SDK the process has registered; without one they cost next to nothing.
 *
 * @param listed whether the gateway lists a model; metrics, which are kept, tell only some of the others apart
 * Source: semantic conventions of OpenTelemetry, generative AI
 */
export function openTelemetryObserver(version: string, listed?: (model: string) => boolean): CallObserver {
  const names = new BoundedNames(listed);
  const tracer = trace.getTracer("onehead", version);
  const meter = metrics.getMeter("onehead", version);
  const duration = meter.createHistogram("gen_ai.client.operation.duration", {
    unit: "s",
    description: "Duration of the operation",
  });
  const usage = meter.createHistogram("gen_ai.client.token.usage", { unit: "{token}", description: "Tokens used" });
  const measures = meter !== createNoopMeter();
  return {
    opened(call) {
      const operation = operations[call.surface];
      const asked: Attributes = {
        "gen_ai.operation.name": operation,
        "gen_ai.request.model": call.requestedModel,
        "gen_ai.provider.name": call.provider,
      };
      const span = tracer.startSpan(`${operation} ${call.model}`, {
        kind: SpanKind.CLIENT,
        startTime: call.timeMs,
        attributes: asked,
      });
      // with no SDK in the process nobody hears what follows
      if (!span.isRecording() && !measures) return undefined;
      span.setAttributes(decisionAttributes(call));
      return (end) => {
        const answered: Attributes = {
          ...asked,
          "gen_ai.response.model": end.model,
          "gen_ai.provider.name": end.provider,
        };
        const failed: Attributes = end.errorCode === null ? {} : { "error.type": end.errorCode };
        span.setAttributes({ ...answered, ...failed, ...endAttributes(end) });
        if (end.status === "failed" || end.status === "broken") span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
        const kept = {
          ...answered,
          "gen_ai.request.model": names.of(call.requestedModel),
          "gen_ai.response.model": names.of(end.model),
        };
        duration.record(end.latencyMs / 1000, { ...kept, ...failed });
        const { inputTokens, outputTokens } = end.usage;
        if (inputTokens !== null) usage.record(inputTokens, { ...kept, "gen_ai.token.type": "input" });
        if (outputTokens !== null) usage.record(outputTokens, { ...kept, "gen_ai.token.type": "output" });
      };
    },
  };
}

function decisionAttributes(call: OpenedCall): Attributes {
  return defined({
    "onehead.decision.id": call.id,
    "onehead.routed": call.routed,
    "onehead.predicted_quality": call.predictedQuality,
    "onehead.predicted_cost_usd": call.predictedCostUsd,
    "onehead.familiarity": call.familiarity,
    "onehead.overhead_us": call.overheadUs,
    "gen_ai.conversation.id": call.conversationId,
  });
}

function endAttributes(end: SettledCall): Attributes {
  return defined({
    "gen_ai.usage.input_tokens": end.usage.inputTokens,
    "gen_ai.usage.output_tokens": end.usage.outputTokens,
    "gen_ai.response.id": end.responseId,
    "onehead.cost_usd": end.costUsd,
    "onehead.unresolved_tries": end.unresolvedTries,
    "onehead.fallbacks": Math.max(0, end.tries.length - 1),
    "onehead.cached": end.cached,
  });
}

function defined(attributes: Record<string, string | number | boolean | null>): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null)) as Attributes;
}
