import type { MiddlewareHandler } from "hono";
import type { GatewayEnv } from "../gateway/gateway-env.js";

/** The caller's own id of the request, where it is one that can stand in a log line; else a new one. It goes back with the answer. */
export function requestId(): MiddlewareHandler<GatewayEnv> {
  return (c, next) => {
    const given = c.req.raw.headers.get("x-request-id");
    const id =
      given !== null && /^[\w.:-]{1,100}$/.test(given) ? given : `req_${crypto.randomUUID().replaceAll("-", "")}`;
    c.set("requestId", id);
    // before there is an answer: to touch one that is made costs a copy of it
    c.header("x-request-id", id);
    // as Anthropic's clients look for it
    if (c.req.path.startsWith("/v1/messages")) c.header("request-id", id);
    return next();
  };
}
