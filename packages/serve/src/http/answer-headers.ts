import type { Context, MiddlewareHandler } from "hono";
import type { GatewayEnv } from "../gateway/gateway-env.js";

/**
 * Headers of every answer: the request's id, its caller's own where that can stand in a log line; and that it is what its type says, goes
 * into no page of others, and into no cache unless it says so itself.
 */
export function answerHeaders(): MiddlewareHandler<GatewayEnv> {
  return async (c, next) => {
    const given = c.req.raw.headers.get("x-request-id");
    const id =
      given !== null && /^[\w.:-]{1,100}$/.test(given) ? given : `req_${crypto.randomUUID().replaceAll("-", "")}`;
    c.set("requestId", id);
    await next();
    if (c.get("hasHeaders")) return;
    const { headers } = c.res;
    const own: Record<string, string> = {};
    addHeaders(c, own);
    for (const [name, value] of Object.entries(own))
      if (name !== "cache-control" || !headers.has(name)) headers.set(name, value);
  };
}

/**
 * An answer that has them from the start: adding them to one that is made takes a copy of what it has.
 *
 * @param headers its own, to which they are added
 */
export function answerWith(
  c: Context<GatewayEnv>,
  body: string | ReadableStream<Uint8Array>,
  headers: Record<string, string>,
): Response {
  c.set("hasHeaders", true);
  addHeaders(c, headers);
  return new Response(body, { headers });
}

/** One by one: objects of that many fields are slow to copy. */
function addHeaders(c: Context<GatewayEnv>, headers: Record<string, string>): void {
  const id = c.get("requestId");
  headers["x-request-id"] = id;
  // as Anthropic's clients look for it
  if (c.req.path.startsWith("/v1/messages")) headers["request-id"] = id;
  headers["x-content-type-options"] = "nosniff";
  headers["cross-origin-resource-policy"] = "same-origin";
  headers["cache-control"] ??= "no-store";
}
