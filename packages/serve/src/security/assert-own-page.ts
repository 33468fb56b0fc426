import { GatewayError } from "../http/gateway-error.js";

const loopbackName = /^(?:localhost|[a-z0-9-]{1,63}\.localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/;

/**
 * Keeps pages of other sites in the operator's browser away from a gateway without a key, which nothing else keeps them from.
 *
 * - `Host` names this machine: a name of an attacker that resolves to 127.0.0.1 (DNS rebinding) makes his page the same origin;
 * - `Sec-Fetch-Site` and `Origin`, where a browser sends them, are the gateway's own page or one that is allowed by `corsOrigins`.
 *
 * Programs that are no browsers send neither of the latter.
 *
 * @throws GatewayError 403
 */
export function assertOwnPage(request: Request, corsOrigins: readonly string[]): void {
  const { headers } = request;
  const host = hostOf(request.url);
  // a request line may name one host and the header another
  const named = headers.get("host")?.toLowerCase() ?? host;
  if (!isLoopback(host) || !isLoopback(named)) {
    throw refusal(
      "host: not a name of this machine, expected localhost or 127.0.0.1; a gateway that is reached by another name needs a key in ONEHEAD_API_KEY",
    );
  }
  const origin = headers.get("origin");
  if (origin !== null && corsOrigins.includes(origin)) return;
  if (origin !== null && (!URL.canParse(origin) || new URL(origin).host !== host)) throw foreignPage();
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") throw foreignPage();
}

/** Of the address that came last, up to its path: nearly all requests name the same one. */
let lastOrigin = "";
let lastHost = "";

function hostOf(url: string): string {
  const origin = /^[^/]*\/\/[^/?#\\]+/.exec(url)?.[0];
  if (origin === undefined) return new URL(url).host.toLowerCase();
  if (origin !== lastOrigin) {
    lastHost = new URL(url).host.toLowerCase();
    lastOrigin = origin;
  }
  return lastHost;
}

function isLoopback(host: string): boolean {
  return loopbackName.test(host.replace(/:\d{0,5}$/, ""));
}

function foreignPage(): GatewayError {
  return refusal("origin: a page of another site, expected this gateway's own or one in serve.corsOrigins");
}

function refusal(message: string): GatewayError {
  return new GatewayError(403, "foreign-page", message);
}
