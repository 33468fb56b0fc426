import type { MiddlewareHandler } from "hono";
import type { GatewayEnv } from "../gateway/gateway-env.js";

/** Headers of every answer: it is what its type says, goes into no page of others, and into no cache unless it says so itself. */
export function safeHeaders(): MiddlewareHandler<GatewayEnv> {
  return async (c, next) => {
    await next();
    const { headers } = c.res;
    headers.set("x-content-type-options", "nosniff");
    headers.set("cross-origin-resource-policy", "same-origin");
    if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
  };
}
