import ipaddr from "ipaddr.js";

/** Names that no public server has: special by RFC 6761 and 6762, or customary in private networks. */
const privateNames = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|private|localdomain|home\.arpa)$/i;

/**
 * Whether a host lies, as it is written, in this machine or a private network: loopback, private, link-local (where clouds keep
 * credentials), carrier-grade NAT, multicast and reserved ranges, IPv4 within IPv6, names without a dot.
 *
 * @param hostname as `URL` gives it: lower case, IPv4 in four numbers, IPv6 in brackets
 */
export function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  if (ipaddr.isValid(host)) return isPrivateAddress(ipaddr.parse(host));
  return !host.includes(".") || privateNames.test(host);
}

function isPrivateAddress(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (address.kind() === "ipv4") return address.range() !== "unicast";
  const v6 = address as ipaddr.IPv6;
  if (v6.isIPv4MappedAddress()) return isPrivateAddress(v6.toIPv4Address());
  // all that is given out to the public lies here; 6to4, NAT64 and Teredo carry addresses of IPv4 within
  return v6.range() !== "unicast" || v6.parts[0] >> 13 !== 1;
}
