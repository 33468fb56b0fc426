import { OneheadError } from "@onehead/core";

/**
 * Refuses an address of a provider at which clouds keep the credentials of the machine. Other private addresses are the operator's own:
 * only who starts the gateway can give one.
 *
 * @throws OneheadError "invalid-argument" naming the provider
 */
export function assertOperatorAddress(provider: string, address: string): void {
  if (!URL.canParse(address))
    throw new OneheadError(
      "invalid-argument",
      `${provider}: base URL: no address, expected one such as https://host/v1`,
    );
  const { hostname } = new URL(address);
  const host = hostname.replace(/^\[|\]$/g, "").toLowerCase();
  if (
    /^169\.254\./.test(host) ||
    /^fe[89ab]/.test(host) ||
    host === "fd00:ec2::254" ||
    host === "metadata.google.internal"
  ) {
    throw new OneheadError(
      "invalid-argument",
      `${provider}: base URL: a link-local or metadata address, expected a provider's`,
    );
  }
}
