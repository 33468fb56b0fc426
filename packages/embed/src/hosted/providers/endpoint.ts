import { OneheadError } from "@onehead/core";

/**
 * The address of an interface below its base.
 *
 * @throws OneheadError "invalid-argument" for a base that is no http address, or that holds credentials or a query
 */
export function endpoint(base: string, path: string): URL {
  const url = URL.canParse(base) ? new URL(base) : null;
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw refused(url === null ? "not an address" : url.protocol, "an address of http or https");
  }
  // an address is named in messages, so nothing secret may be in it
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw refused("one with credentials, a query or a fragment", "none of these: keys go into apiKey or headers");
  }
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/${path}`;
  return url;
}

function refused(observed: string, expected: string): OneheadError {
  return new OneheadError("invalid-argument", `hostedEmbedder: baseUrl: ${observed}, expected ${expected}`);
}
