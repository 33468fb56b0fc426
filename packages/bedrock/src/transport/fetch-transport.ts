import { invalidArgument } from "@onehead/provider";
import { Endpoint, record } from "@onehead/provider-http";
import { readEvents } from "../event-stream/read-events.js";
import type { BedrockFetchSettings } from "../settings.js";
import { signingFetch } from "./signing-fetch.js";
import type { Transport } from "./transport.js";

const eventStream = "application/vnd.amazon.eventstream";

/** @throws ProviderError "invalid-argument" naming the setting */
export function fetchTransport(settings: BedrockFetchSettings): Transport {
  const { apiKey, baseUrl, credentials, fetch: base = (input, init) => globalThis.fetch(input, init) } = settings;
  // signatures name the region; a key at an address of one's own needs none
  const region = settings.region ?? regionOf(baseUrl) ?? (apiKey !== undefined && baseUrl !== undefined ? "none" : "");
  if (!/^[a-z0-9-]{1,40}$/.test(region)) {
    throw invalidArgument("createBedrock: region", settings.region, "one such as us-east-1");
  }
  if ((apiKey === undefined) === (credentials === undefined)) {
    throw invalidArgument(
      "createBedrock: credentials",
      apiKey === undefined ? undefined : "given beside apiKey",
      "one of apiKey and credentials",
    );
  }
  const requestIds = new WeakMap<AbortSignal, string>();
  const send = credentials === undefined ? base : signingFetch(base, region, credentials);
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const response = await send(input, init);
    const id = response.headers.get("x-amzn-requestid");
    if (id !== null && init?.signal) requestIds.set(init.signal, id);
    return response;
  };
  const endpoint = new Endpoint(
    "createBedrock",
    { ...settings, fetch },
    `https://bedrock-runtime.${region}.amazonaws.com`,
    (key) => ({ authorization: `Bearer ${key}` }),
  );
  const metadataOf = (signal: AbortSignal) => ({ requestId: requestIds.get(signal) });
  return {
    host: endpoint.url.host,
    async converse(call, model, body, headers) {
      const answer = await endpoint.json(call, pathOf(model, "converse"), body, headers);
      return { ...record(answer), $metadata: metadataOf(call.signal) };
    },
    async converseStream(call, model, body, headers) {
      const chunks = await endpoint.chunks(call, pathOf(model, "converse-stream"), body, eventStream, headers);
      return eventsOf(metadataOf(call.signal), chunks);
    },
    invoke: (call, model, body, headers) => endpoint.json(call, pathOf(model, "invoke"), body, headers),
  };
}

async function* eventsOf($metadata: object, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  yield { $metadata };
  yield* readEvents(chunks);
}

/** Ids have colons, and ARNs slashes. */
function pathOf(model: string, call: string): string {
  return `/model/${encodeURIComponent(model)}/${call}`;
}

function regionOf(baseUrl: string | undefined): string | undefined {
  return /^https:\/\/bedrock-runtime(?:-fips)?\.([a-z0-9-]+)\./.exec(baseUrl ?? "")?.[1];
}
