import type {
  AssistantPart,
  ChatRequest,
  JsonObject,
  Message,
  Tool,
  ToolResultPart,
  UserPart,
} from "@onehead/provider";
import { type Fields, isFields } from "./language-model.js";

/**
 * What a call asks, for the router: from the prompt of a model's call, or from the messages of the SDK's own functions. Parts of
 * kinds that are not known are left out; the call itself goes on as it is.
 */
export function toChatRequest(options: Fields): ChatRequest {
  const number = (name: string): number | undefined => {
    const value = options[name];
    return typeof value === "number" ? value : undefined;
  };
  const { responseFormat, tools, toolChoice, abortSignal } = options;
  const prompt = options["prompt"] ?? options["messages"];
  const request: ChatRequest = {
    messages: (Array.isArray(prompt) ? prompt : []).filter(isFields).flatMap(toMessage),
    maxOutputTokens: number("maxOutputTokens"),
    tools: toTools(tools),
    toolChoice: isFields(toolChoice) && toolChoice["type"] === "none" ? "none" : undefined,
    responseFormat: toFormat(responseFormat),
    signal: abortSignal instanceof AbortSignal ? abortSignal : undefined,
  };
  return request;
}

function toMessage(message: Fields): Message[] {
  const { role, content } = message;
  const parts = Array.isArray(content) ? content.filter(isFields) : [];
  switch (role) {
    case "system":
      return [{ role, content: text(content) }];
    case "user":
      return [{ role, content: typeof content === "string" ? content : parts.flatMap(toUserPart) }];
    case "assistant":
      return [{ role, content: typeof content === "string" ? content : parts.flatMap(toAssistantPart) }];
    case "tool":
      return [{ role, content: parts.filter((part) => part["type"] === "tool-result").map(toResult) }];
    default:
      return [];
  }
}

function toUserPart(part: Fields): UserPart[] {
  if (part["type"] === "text") return [{ type: "text", text: text(part["text"]) }];
  if (part["type"] !== "file" && part["type"] !== "image") return [];
  const data = dataOf(part["type"] === "image" ? part["image"] : part["data"]);
  const mediaType = text(part["mediaType"]) || (part["type"] === "image" ? "image/*" : "application/octet-stream");
  return mediaType.startsWith("image/") ? [{ type: "image", data, mediaType }] : [{ type: "file", data, mediaType }];
}

/** Data of a file: plain, or (from version 4 on) wrapped with its kind. */
function dataOf(data: unknown): Uint8Array | string | URL {
  if (data instanceof Uint8Array || data instanceof URL || typeof data === "string") return data;
  if (!isFields(data)) return "";
  return dataOf(data["data"] ?? data["url"] ?? data["text"] ?? "");
}

function toAssistantPart(part: Fields): AssistantPart[] {
  switch (part["type"]) {
    case "text":
      return [{ type: "text", text: text(part["text"]) }];
    case "reasoning":
      return [{ type: "reasoning", text: text(part["text"]) }];
    case "tool-call": {
      const { toolCallId, toolName, input } = part;
      const json = typeof input === "string" ? input : JSON.stringify(input ?? {});
      return [{ type: "tool-call", id: text(toolCallId), name: text(toolName), arguments: json }];
    }
    default:
      return [];
  }
}

function toResult(part: Fields): ToolResultPart {
  const { toolCallId, toolName, output } = part;
  const value = isFields(output) ? output["value"] : output;
  const content = typeof value === "string" ? value : JSON.stringify(value ?? null);
  return { type: "tool-result", id: text(toolCallId), name: text(toolName), content };
}

function toTools(tools: unknown): Tool[] | undefined {
  if (!Array.isArray(tools) || tools.length === 0) return undefined;
  return tools.filter(isFields).map((tool) => ({
    name: text(tool["name"]),
    description: text(tool["description"]),
    parameters: (isFields(tool["inputSchema"]) ? tool["inputSchema"] : {}) as JsonObject,
  }));
}

function toFormat(format: unknown): ChatRequest["responseFormat"] {
  if (!isFields(format) || format["type"] !== "json") return undefined;
  const { schema } = format;
  return isFields(schema) ? { type: "json-schema", schema: schema as JsonObject } : { type: "json" };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
