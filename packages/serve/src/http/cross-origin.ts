import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import type { GatewayContext } from "../gateway/gateway-context.js";
import type { GatewayEnv } from "../gateway/gateway-env.js";

/** What pages of allowed origins may read. */
const exposed = [
  "x-request-id",
  "x-onehead-decision-id",
  "x-onehead-model",
  "x-onehead-provider",
  "x-onehead-cost-usd",
  "x-onehead-predicted-cost-usd",
  "x-onehead-predicted-quality",
  "x-onehead-fallbacks",
  "x-onehead-overhead-ms",
];

/** Answers to pages of other origins: of those that are allowed, no others. */
export function crossOrigin(context: GatewayContext): MiddlewareHandler<GatewayEnv> {
  const handler = cors({
    origin: (origin) => (context.settings().corsOrigins.includes(origin) ? origin : null),
    allowMethods: ["GET", "POST", "DELETE"],
    exposeHeaders: exposed,
  });
  // a program sends no origin, and is spared a copy of its answer
  return (c, next) => (c.req.raw.headers.has("origin") ? handler(c, next) : next());
}
