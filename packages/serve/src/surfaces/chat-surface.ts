import type { ServerFormat } from "@onehead/wire-formats";
import type { Context } from "hono";
import { logCachedCall } from "../calls/cached-call.js";
import { ChatCall, type DecidedCall } from "../calls/chat-call.js";
import { continuedFrom } from "../calls/continued-from.js";
import { decide } from "../calls/decide.js";
import type { GatewayContext } from "../gateway/gateway-context.js";
import type { GatewayEnv } from "../gateway/gateway-env.js";
import { answerWith } from "../http/answer-headers.js";
import { readJsonBody } from "../http/read-json-body.js";
import { readRouterOptions } from "../request/router-options.js";
import { assertPublicAddresses } from "../security/assert-public-addresses.js";
import { routeReport } from "./route-report.js";

/** One interface at which chats come in: read, decided, called, answered in its own format. */
export function chatSurface(context: GatewayContext, format: ServerFormat) {
  return async (c: Context<GatewayEnv>): Promise<Response> => {
    const startedMs = performance.now();
    const settings = context.settings();
    const engine = context.engine();
    const { json, bytes } = await readJsonBody(c.req.raw, settings, c.get("hold"));
    const { options, body, written } = readRouterOptions(json, c.env?.ownHeaders === false ? null : c.req.raw.headers);
    const request = format.parse(body);
    if (!settings.allowPrivateAddresses) await assertPublicAddresses(request, body, context.lookup);
    const refusal = format.translationRefusal(body);
    const only = await continuedFrom(context, body);
    const cache = context.cache();
    const key = options.dryRun || cache === null ? null : await cache.keyOf(format.name, body, options);
    const kept = key === null ? undefined : cache?.get(key);
    if (kept !== undefined) {
      const facts = {
        surface: format.name,
        requestId: c.get("requestId"),
        requestedModel: String(body["model"]).slice(0, 200),
        startedMs,
      };
      return c.json(kept.body as object, 200, await logCachedCall(context, engine, kept, facts));
    }
    const { model } = body;
    const decision = await decide(engine, {
      model,
      request,
      options,
      written,
      format,
      refusal,
      only,
    });
    if (options.dryRun)
      return c.json(
        routeReport(context, engine, decision, {
          surface: format.name,
          options,
          requestId: c.get("requestId"),
          startedMs,
        }),
      );
    const call: DecidedCall = {
      engine,
      decision,
      options,
      format,
      body,
      bodyBytes: bytes,
      headers: c.req.raw.headers,
      request,
      requestId: c.get("requestId"),
      requestedModel: String(model),
      clientSignal: c.env?.client ?? c.req.raw.signal,
      holdOpen: c.get("holdOpen"),
      startedMs,
    };
    c.set("decisionId", decision.id);
    const answer = await new ChatCall(context, call).answer();
    if (answer.body instanceof ReadableStream) return answerWith(c, answer.body, answer.headers);
    if (key !== null) cache?.set(key, answer.body, decision.model);
    return answerWith(c, JSON.stringify(answer.body), answer.headers);
  };
}
