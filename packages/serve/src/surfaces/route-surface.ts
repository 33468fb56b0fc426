import { chatCompletions, messages, responses, type ServerFormat } from "@onehead/wire-formats";
import type { Context } from "hono";
import { continuedFrom } from "../calls/continued-from.js";
import { decide } from "../calls/decide.js";
import type { GatewayContext } from "../gateway/gateway-context.js";
import type { GatewayEnv } from "../gateway/gateway-env.js";
import { readJsonBody } from "../http/read-json-body.js";
import { readRouterOptions } from "../request/router-options.js";
import { routeReport } from "./route-report.js";

/** `POST /v1/route`: the decision for a request of any of the interfaces; nothing is called and nothing is logged. */
export function routeSurface(context: GatewayContext) {
  return async (c: Context<GatewayEnv>): Promise<Response> => {
    const startedMs = performance.now();
    const engine = context.engine();
    const { json } = await readJsonBody(c.req.raw, context.settings(), c.get("hold"));
    const { options, body, written } = readRouterOptions({ model: "auto", ...json }, c.req.raw.headers);
    const format = formatOf(body);
    const request = { ...format.parse(body), signal: c.req.raw.signal };
    const refusal = format.translationRefusal(body);
    const only = await continuedFrom(context, body);
    const decision = await decide(engine, { model: body["model"], request, options, written, format, refusal, only });
    const facts = { surface: format.name, options, requestId: c.get("requestId"), startedMs };
    return c.json(routeReport(context, engine, decision, facts));
  };
}

/** The interface that a body is of: responses have input, Anthropic's have their system and lengths beside the messages. */
function formatOf(body: Record<string, unknown>): ServerFormat {
  if ("input" in body) return responses;
  return "messages" in body && "max_tokens" in body && ("system" in body || "stop_sequences" in body)
    ? messages
    : chatCompletions;
}
