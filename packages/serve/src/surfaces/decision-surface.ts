import type { Context } from "hono";
import type { GatewayContext } from "../gateway/gateway-context.js";
import type { GatewayEnv } from "../gateway/gateway-env.js";
import { GatewayError } from "../http/gateway-error.js";
import { decisionReport } from "../page/decision-report.js";

/** `GET /v1/decisions/{id}`: why a request went where it went, and what came of it. */
export function decisionSurface(context: GatewayContext) {
  return async (c: Context<GatewayEnv>): Promise<Response> => {
    const id = c.req.param("id") ?? "";
    const call = await context.state.call(id);
    if (call === null) throw notFound();
    return c.json(decisionReport(call, await context.state.contents(id)));
  };
}

/** `DELETE /v1/decisions/{id}`: the call and all that belongs to it. */
export function deleteDecisionSurface(context: GatewayContext) {
  return async (c: Context<GatewayEnv>): Promise<Response> => {
    const removed = await context.state.remove({ ids: [c.req.param("id") ?? ""] });
    if (removed === 0) throw notFound();
    return c.json({ object: "onehead.decision.deleted", id: c.req.param("id"), deleted: true });
  };
}

function notFound(): GatewayError {
  return new GatewayError(404, "not-found", "id: no decision of this id", { param: "id" });
}
