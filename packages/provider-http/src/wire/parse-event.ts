import { ProviderResponseError } from "@onehead/provider";

/** What the JSON says; undefined for text that is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** JSON of an event. @throws ProviderResponseError when it is none */
export function parseEvent(data: string): unknown {
  const event = parsed(data);
  if (event !== undefined) return event;
  throw new ProviderResponseError("stream: an event that is no JSON");
}
