import type { DecisionReport } from "../api/page-api.js";
import { openedCall } from "../calls/opened-call.js";
import type { Engine, GatewayDecision } from "../engine/engine.js";
import type { GatewayContext } from "../gateway/gateway-context.js";
import { decisionReport } from "../page/decision-report.js";
import type { RouterOptions } from "../request/router-options.js";
import type { SurfaceName } from "../state/gateway-state.js";

/** A decision of which nothing came: `POST /v1/route`, and `dryRun` anywhere. */
export interface RouteReport {
  object: "onehead.route";
  decision: DecisionReport;
}

export function routeReport(
  context: GatewayContext,
  engine: Engine,
  decision: GatewayDecision,
  facts: { surface: SurfaceName; options: RouterOptions; requestId: string; startedMs: number },
): RouteReport {
  const opened = openedCall({
    engine,
    decision,
    surface: facts.surface,
    streamed: false,
    requestId: facts.requestId,
    requestedModel: decision.core === null ? decision.model : "auto",
    options: facts.options,
    timeMs: context.now(),
    atMostUsd: null,
    overheadMs: performance.now() - facts.startedMs,
  });
  const call = { ...opened, status: "open" as const, answeredBy: opened.model, feedback: [] };
  return { object: "onehead.route", decision: decisionReport(call, null) };
}
