import { isRecord } from "@onehead/provider-http";

/** An address in a body, and the path of its field. */
export interface FoundAddress {
  address: string;
  path: string;
}

/** Fields whose text somebody fetches: `url`, `image_url`, `file_url`, `server_url`, `fileUri`, … */
const fetched = /(?:^|_)ur[il]$|Ur[il]$/;

/**
 * Parts that nobody fetches from: schemas of tools, what a model has said, and data of the client's own. A tool that opens pages is
 * called with addresses of any kind, by the client itself.
 */
const unread: ReadonlySet<string> = new Set([
  "metadata",
  "parameters",
  "input_schema",
  "schema",
  "annotations",
  "citations",
  "action",
]);

/** What stands at fields that name an address, anywhere in a body: whoever speaks the client's format is sent all of it. */
export function* addressesIn(value: unknown, path = ""): Generator<FoundAddress> {
  if (Array.isArray(value)) {
    for (const [i, child] of value.entries()) yield* addressesIn(child, `${path}[${i}]`);
    return;
  }
  if (!isRecord(value)) return;
  const isCall = typeof value["type"] === "string" && value["type"].endsWith("tool_use");
  for (const [name, child] of Object.entries(value)) {
    if (unread.has(name) || (isCall && name === "input")) continue;
    const below = path === "" ? name : `${path}.${name}`;
    if (typeof child !== "string") yield* addressesIn(child, below);
    else if (fetched.test(name)) yield { address: child, path: below };
  }
}
