import type { KeptAnswer } from "../cache/response-cache.js";
import type { Engine } from "../engine/engine.js";
import type { GatewayContext } from "../gateway/gateway-context.js";
import type { SurfaceName } from "../state/gateway-state.js";
import { CallLog } from "./call-log.js";
import { namedDecision } from "./named-decision.js";
import { openedCall } from "./opened-call.js";

/** Puts an answer from the cache on record: nothing was decided and nothing spent. @returns the headers of the answer */
export async function logCachedCall(
  context: GatewayContext,
  engine: Engine,
  { model }: KeptAnswer,
  facts: { surface: SurfaceName; requestId: string; requestedModel: string; startedMs: number },
): Promise<Record<string, string>> {
  const { state, logger, observers, now } = context;
  const decision = namedDecision([model]);
  const { startedMs, ...rest } = facts;
  const overheadMs = performance.now() - startedMs;
  const opened = openedCall({
    engine,
    decision,
    ...rest,
    streamed: false,
    options: {},
    timeMs: now(),
    atMostUsd: 0,
    overheadMs,
  });
  const log = new CallLog(opened, { state, logger, observers });
  await log.open();
  const latencyMs = Math.round(performance.now() - startedMs);
  await log.settle({
    status: "answered",
    model,
    provider: opened.provider,
    tries: [],
    costUsd: 0,
    unresolvedTries: 0,
    usage: { inputTokens: null, cachedInputTokens: null, outputTokens: null, reasoningTokens: null },
    estimated: false,
    cached: true,
    firstContentMs: latencyMs,
    latencyMs,
    errorCode: null,
    httpStatus: 200,
    responseId: null,
  });
  return { ...context.decisionHeaders(engine, decision, null, overheadMs), "x-onehead-cache": "hit" };
}
