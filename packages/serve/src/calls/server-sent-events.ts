import type { ServerEvent } from "@onehead/wire-formats";

const encoder = new TextEncoder();

/** Events as they travel. JSON has no line ends of its own, and text that has some is split as the standard asks. */
export function encodeEvents(events: readonly ServerEvent[]): Uint8Array {
  let text = "";
  for (const { event, data } of events) {
    if (event !== undefined) text += `event: ${event}\n`;
    const payload = typeof data === "string" ? data.split("\n").join("\ndata: ") : JSON.stringify(data);
    text += `data: ${payload}\n\n`;
  }
  return encoder.encode(text);
}

export const eventStreamHeaders = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  // proxies in between would hold it until it is whole
  "x-accel-buffering": "no",
} as const;
