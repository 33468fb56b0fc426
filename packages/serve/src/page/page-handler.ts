import type { Context } from "hono";
import type { GatewayOptions } from "../gateway/gateway-options.js";
import { GatewayError } from "../http/gateway-error.js";

/** Nothing but the page's own files: no scripts or styles of others, in no frame. */
const pageHeaders = {
  "content-security-policy":
    "default-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
} as const;

/** The page's files. */
export function pageHandler(page: NonNullable<GatewayOptions["page"]>) {
  return async (c: Context): Promise<Response> => {
    const file = await page(c.req.path === "/" ? "index.html" : c.req.path.slice(1));
    if (file === null) throw new GatewayError(404, "not-found", "no such path here; GET /openapi.json lists them");
    const cacheControl = file.immutable ? "public, max-age=31536000, immutable" : "no-cache";
    const headers = { ...pageHeaders, "content-type": file.contentType, "cache-control": cacheControl };
    return new Response(file.body as Uint8Array<ArrayBuffer>, { headers });
  };
}
