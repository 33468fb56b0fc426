import type { StreamPart } from "./chat-result.js";

/**
 * Whether a part shows the user something of the answer. Before the first of them another model can take over without a trace.
 */
export function isContent(part: StreamPart): boolean {
  return part.type !== "start" && part.type !== "finish" && part.type !== "logprobs";
}
