import type { MiddlewareHandler } from "hono";
import type { GatewayContext } from "../gateway/gateway-context.js";
import type { GatewayEnv } from "../gateway/gateway-env.js";
import { assertOwnPage } from "../security/assert-own-page.js";
import { GatewayError } from "./gateway-error.js";

const encoder = new TextEncoder();

/**
 * Asks for the gateway's bearer key, where it has one: `Authorization: Bearer`, or Anthropic's `x-api-key`. Never in an address. Without
 * one, pages of other sites are kept away.
 */
export function requireKey(context: GatewayContext): MiddlewareHandler<GatewayEnv> {
  return async (c, next) => {
    const { apiKey, corsOrigins } = context.settings();
    if (apiKey === null) {
      assertOwnPage(c.req.raw, corsOrigins);
      return next();
    }
    if (!(await holdsKey(c.req.raw.headers, apiKey))) {
      throw new GatewayError(401, "invalid-key", "authorization: no key, or another one than the gateway's", {
        headers: { "www-authenticate": "Bearer" },
      });
    }
    return next();
  };
}

async function holdsKey(headers: Headers, apiKey: string): Promise<boolean> {
  const bearer = /^Bearer[ \t]+(\S+)[ \t]*$/i.exec(headers.get("authorization") ?? "")?.[1];
  const given = bearer ?? headers.get("x-api-key");
  return given !== undefined && given !== null && (await equalTexts(given, apiKey));
}

/** Compares in a time that depends on neither text: of their digests, every byte. */
export async function equalTexts(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([digest(a), digest(b)]);
  let difference = 0;
  for (let i = 0; i < first.length; i++) difference |= first[i] ^ second[i];
  return difference === 0;
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
}
