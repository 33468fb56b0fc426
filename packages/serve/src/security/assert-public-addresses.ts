import type { ChatRequest } from "@onehead/provider";
import type { Wire } from "@onehead/provider-http";
import { GatewayError } from "../http/gateway-error.js";
import { addressesIn, type FoundAddress } from "./addresses-in.js";
import { isPrivateHost } from "./is-private-host.js";

type Lookup = (hostname: string) => Promise<readonly string[]>;

/** Names that are looked up for one request; more images come from fewer places. */
const mostNames = 32;
const lookupMs = 2_000;

/**
 * Refuses images, files and servers at addresses within private networks: a provider next door, such as a server of one's own, would
 * fetch them for whoever asks. What is looked up here may be another address when the provider looks it up itself.
 *
 * @param body   all of it: a provider that speaks the client's format is sent what the request does not show
 * @param lookup addresses that a name stands for; names are judged as they are written without it
 * @throws GatewayError 400 naming the field, never the address
 */
export async function assertPublicAddresses(
  request: ChatRequest,
  body: Wire,
  lookup: Lookup | undefined,
): Promise<void> {
  const given = [...addressesOf(request), ...addressesIn(body)];
  if (given.length === 0) return;
  const names = new Map<string, string>();
  for (const found of given) {
    const name = publicName(found);
    if (name !== null && !names.has(name)) names.set(name, found.path);
  }
  if (lookup === undefined) return;
  const [, excess] = [...names.values()].slice(mostNames - 1);
  if (excess !== undefined)
    throw refusal(excess, `the ${mostNames + 1}st host of this request`, `at most ${mostNames}`);
  await Promise.all(
    [...names].map(async ([name, path]) => {
      const addresses = await within(lookup(name), lookupMs).catch(() => []);
      if (addresses.some(isPrivateHost)) throw refusal(path, "a name that stands for an address in a private network");
    }),
  );
}

/** Addresses of images and files of the request as it was understood. */
function* addressesOf({ messages }: ChatRequest): Generator<FoundAddress> {
  for (const [i, { content }] of messages.entries()) {
    if (typeof content === "string") continue;
    for (const [j, part] of content.entries()) {
      const images = part.type === "tool-result" && typeof part.content !== "string" ? part.content : [part];
      for (const { type, ...rest } of images) {
        if (type !== "image" && type !== "file") continue;
        const { data } = rest as { data: Uint8Array | string | URL };
        if (!(data instanceof Uint8Array)) yield { address: String(data), path: `messages[${i}].content[${j}]` };
      }
    }
  }
}

/** The host of an address that may be fetched, as far as it tells by itself; null for what holds its data. @throws GatewayError 400 */
function publicName({ address, path }: FoundAddress): string | null {
  // by itself, or in an address that holds it
  if (!/[^A-Za-z0-9+/_=\r\n-]/.test(address) || /^data:/i.test(address)) return null;
  // parsers differ in what they make of these: what is public here may be private there
  if (/[\s\\\p{Cc}]/u.test(address))
    throw refusal(path, "an address with white space, a backslash or a control character");
  if (!URL.canParse(address)) throw refusal(path, "no address");
  const { protocol, hostname, username, password } = new URL(address);
  if (protocol !== "https:" && protocol !== "http:") throw refusal(path, "an address that is not http(s)");
  if (username !== "" || password !== "") throw refusal(path, "an address with a password");
  if (isPrivateHost(hostname)) throw refusal(path, "an address in a private network");
  return hostname;
}

function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("late")), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function refusal(path: string, found: string, expected = "a public http(s) address"): GatewayError {
  const param = path.slice(0, 100);
  return new GatewayError(400, "private-address", `${param}: ${found}, expected ${expected}`, { param });
}
