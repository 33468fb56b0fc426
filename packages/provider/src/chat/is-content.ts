import type { StreamPart } from "./chat-result.js";

/**
 * Whether a part shows the user something of the answer. Before the first of them another model can take over without a trace.
 */
export function isContent(part: StreamPart): boolean {
  if (part.type === "text") return part.text !== "";
  if (part.type === "reasoning") return part.text !== "" || part.signature !== undefined || part.redacted === true;
  return part.type !== "start" && part.type !== "finish" && part.type !== "logprobs";
}
