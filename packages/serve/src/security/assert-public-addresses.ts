import type { ChatRequest } from "@onehead/provider";
import { GatewayError } from "../http/gateway-error.js";
import { isPrivateHost } from "./is-private-host.js";

/**
 * Refuses images and files at addresses within private networks: a provider next door, such as a server of one's own, would fetch
 * them for whoever asks.
 *
 * @param lookup addresses that a name stands for; names are judged as they are written without it
 * @throws GatewayError 400 naming the message, never the address
 */
export async function assertPublicAddresses(
  { messages }: ChatRequest,
  lookup: ((hostname: string) => Promise<readonly string[]>) | undefined,
): Promise<void> {
  for (const [i, { content }] of messages.entries()) {
    if (typeof content === "string") continue;
    for (const [j, part] of content.entries()) {
      const images = part.type === "tool-result" && typeof part.content !== "string" ? part.content : [part];
      for (const { type, ...rest } of images) {
        if (type !== "image" && type !== "file") continue;
        const { data } = rest as { data: Uint8Array | string | URL };
        if (data instanceof Uint8Array) continue;
        await assertPublic(String(data), `messages[${i}].content[${j}]`, lookup);
      }
    }
  }
}

async function assertPublic(
  address: string,
  param: string,
  lookup: ((hostname: string) => Promise<readonly string[]>) | undefined,
): Promise<void> {
  // base64, by itself or in an address that holds it
  if (/^data:/i.test(address) || !/^[a-z][a-z\d+.-]*:/i.test(address)) return;
  const refuse = (why: string): never => {
    throw new GatewayError(400, "private-address", `${param}: ${why}, expected a public http(s) address`, { param });
  };
  if (!URL.canParse(address)) refuse("no address");
  const { protocol, hostname, username, password } = new URL(address);
  if (protocol !== "https:" && protocol !== "http:") refuse("an address that is not http(s)");
  if (username !== "" || password !== "") refuse("an address with a password");
  if (isPrivateHost(hostname)) refuse("an address in a private network");
  if (lookup === undefined) return;
  const addresses = await lookup(hostname).catch(() => []);
  if (addresses.some(isPrivateHost)) refuse("a name that stands for an address in a private network");
}
