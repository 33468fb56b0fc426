import { ProviderResponseError } from "@onehead/provider";

/** JSON of an event. @throws ProviderResponseError when it is none */
export function parseEvent(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    throw new ProviderResponseError("stream: an event that is no JSON");
  }
}
