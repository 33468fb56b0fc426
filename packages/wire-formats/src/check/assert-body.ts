import { ProviderError } from "@onehead/provider";
import type { Wire } from "@onehead/provider-http";
import type { Check, Path, Violation } from "./check.js";

/** How a vendor writes where a field stands. */
export type PathStyle = (path: Path) => string;

/** As OpenAI writes it: messages[0].content. */
export const bracketPath: PathStyle = (path) =>
  path
    .map((name) => (typeof name === "number" ? `[${name}]` : `.${name}`))
    .join("")
    .replace(/^\./, "");

/** As Anthropic writes it: messages.0.content. */
export const dottedPath: PathStyle = (path) => path.join(".");

/** @throws ProviderError "invalid-argument" naming the first field that is not as the interface wants it */
export function assertBody(check: Check, body: Wire, style: PathStyle): void {
  const violation = check(body, []);
  if (violation !== undefined) throw new ProviderError("invalid-argument", sentence(violation, style));
}

/** The error for a request that cannot be translated; undefined where there is nothing in the way. */
export function firstRefusal(refusals: Iterable<Violation>, style: PathStyle): ProviderError | undefined {
  for (const refusal of refusals) return new ProviderError("unsupported", sentence(refusal, style));
  return undefined;
}

function sentence({ path, found, expected }: Violation, style: PathStyle): string {
  return `${style(path) || "body"}: ${found}, expected ${expected}`;
}
