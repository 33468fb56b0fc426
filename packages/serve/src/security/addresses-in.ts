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
export function addressesIn(body: unknown): FoundAddress[] {
  const found: FoundAddress[] = [];
  collect(body, "", found);
  return found;
}

function collect(value: unknown, path: string, found: FoundAddress[]): void {
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (isTree(value[i])) collect(value[i], `${path}[${i}]`, found);
    return;
  }
  if (!isRecord(value)) return;
  const isCall = typeof value["type"] === "string" && value["type"].endsWith("tool_use");
  for (const name of Object.keys(value)) {
    const child = value[name];
    // most fields are neither: no path is made of them
    const isAddress = typeof child === "string" && fetched.test(name);
    if (!(isAddress || isTree(child)) || unread.has(name) || (isCall && name === "input")) continue;
    const below = path === "" ? name : `${path}.${name}`;
    if (isAddress) found.push({ address: child, path: below });
    else collect(child, below, found);
  }
}

function isTree(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
