import { OneheadError } from "@onehead/core";

/** Where clouds keep the credentials of a machine: all but Alibaba's and Oracle's are link-local. */
const metadataAddresses = new Set(["fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "192.0.0.192"]);
const metadataNames =
  /^(?:metadata|instance-data|metadata\.google\.internal|metadata\.goog|instance-data\.ec2\.internal)$/;

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
  if (isMetadataHost(new URL(address).hostname)) {
    throw new OneheadError(
      "invalid-argument",
      `${provider}: base URL: a link-local or metadata address, expected a provider's`,
    );
  }
}

function isMetadataHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const within = ipv4Within(host) ?? host;
  return (
    /^169\.254\./.test(within) || /^fe[89ab]/.test(host) || metadataAddresses.has(within) || metadataNames.test(host)
  );
}

/** An address of IPv4 that stands in one of IPv6, mapped or by NAT64, as `URL` writes it: ::ffff:a9fe:a9fe. */
function ipv4Within(host: string): string | undefined {
  const [, high, low] = /^(?:::(?:ffff:(?:0:)?)?|64:ff9b::)([\da-f]{1,4}):([\da-f]{1,4})$/.exec(host) ?? [];
  if (high === undefined || low === undefined) return undefined;
  const parts = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return parts.flatMap((part) => [part >> 8, part & 0xff]).join(".");
}
