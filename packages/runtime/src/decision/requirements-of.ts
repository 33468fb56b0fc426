import type { Requirements } from "@onehead/core";
import type { AssistantPart, ChatRequest, ToolResultPart, UserPart } from "@onehead/provider";

type Part = UserPart | AssistantPart | ToolResultPart;

/** What a request needs of a model: tools, images, JSON, and room for its answer. */
export function requirementsOf(request: ChatRequest): Requirements {
  const { messages, tools, toolChoice, responseFormat, maxOutputTokens } = request;
  const parts: Part[] = [];
  for (const { content } of messages) if (typeof content !== "string") parts.push(...content);
  const vision = parts.some(
    (part) =>
      part.type === "image" ||
      (part.type === "file" && !part.mediaType.startsWith("text/")) ||
      (part.type === "tool-result" &&
        typeof part.content !== "string" &&
        part.content.some(({ type }) => type === "image")),
  );
  const called = parts.some(({ type }) => type === "tool-call" || type === "tool-result");
  return {
    tools: called || (tools !== undefined && tools.length > 0 && toolChoice !== "none") || undefined,
    vision: vision || undefined,
    jsonMode: (responseFormat !== undefined && responseFormat.type !== "text") || undefined,
    maxOutputTokens,
  };
}
