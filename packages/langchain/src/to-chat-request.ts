import type { AIMessage, BaseMessage, ContentBlock, ToolMessage } from "@langchain/core/messages";
import type { AssistantPart, ChatRequest, ImagePart, Message, TextPart, UserPart } from "@onehead/provider";
import { type Fields, isFields } from "./fields.js";
import type { RoutedCallOptions } from "./routed-call-options.js";
import { toSchema, toTools } from "./to-tools.js";

type Block = ContentBlock & Fields;

/** What a call asks, for the router. Content of kinds that are not known is left out; the call itself goes on as it is. */
export function toChatRequest(messages: readonly BaseMessage[], options: RoutedCallOptions = {}): ChatRequest {
  const { tools, tool_choice, stop, signal } = options;
  return {
    messages: messages.map(toMessage),
    maxOutputTokens: maxTokensOf(options as Fields),
    tools: toTools(tools),
    toolChoice: tool_choice === "none" ? "none" : undefined,
    responseFormat: formatOf(options),
    stop,
    signal,
  };
}

function toMessage(message: BaseMessage): Message {
  switch (roleOf(message)) {
    case "system":
      return { role: "system", content: message.text };
    case "assistant":
      return { role: "assistant", content: toAssistantParts(message as AIMessage) };
    case "tool": {
      const { tool_call_id: id, name = "", status } = message as ToolMessage;
      const content = typeof message.content === "string" ? message.content : blocksOf(message).flatMap(toShownPart);
      return { role: "tool", content: [{ type: "tool-result", id, name, content, isError: status === "error" }] };
    }
    default: {
      const { content } = message;
      return { role: "user", content: typeof content === "string" ? content : blocksOf(message).flatMap(toUserPart) };
    }
  }
}

function roleOf(message: BaseMessage): "system" | "assistant" | "tool" | "user" {
  const role = message.type === "generic" ? String((message as BaseMessage & Fields)["role"]) : message.type;
  if (role === "system" || role === "developer") return "system";
  if (role === "ai" || role === "assistant") return "assistant";
  return role === "tool" ? "tool" : "user";
}

/** Content in the standard form, whichever provider's form it is in. */
function blocksOf(message: BaseMessage): Block[] {
  try {
    return message.contentBlocks as Block[];
  } catch {
    return [{ type: "text", text: message.text }];
  }
}

function toUserPart(block: Block): UserPart[] {
  const shown = toShownPart(block);
  if (shown.length > 0) return shown;
  if (!["file", "audio", "video", "text-plain"].includes(block.type)) return [];
  const mediaType = text(block["mimeType"]) || "application/octet-stream";
  return [{ type: "file", data: dataOf(block), mediaType }];
}

function toShownPart(block: Block): Array<TextPart | ImagePart> {
  if (block.type === "text") return [{ type: "text", text: text(block["text"]) }];
  if (block.type !== "image") return [];
  return [{ type: "image", data: dataOf(block), mediaType: text(block["mimeType"]) || "image/*" }];
}

function dataOf({ data, url, text }: Fields): Uint8Array | string {
  for (const value of [data, url, text]) {
    if (typeof value === "string" || value instanceof Uint8Array) return value;
  }
  return "";
}

function toAssistantParts(message: AIMessage): AssistantPart[] {
  const said = blocksOf(message).flatMap((block): AssistantPart[] => {
    if (block.type === "text") return [{ type: "text", text: text(block["text"]) }];
    return block.type === "reasoning" ? [{ type: "reasoning", text: text(block["reasoning"]) }] : [];
  });
  const calls = (message.tool_calls ?? []).map(
    ({ id = "", name, args }): AssistantPart => ({ type: "tool-call", id, name, arguments: JSON.stringify(args) }),
  );
  return [...said, ...calls];
}

/** The most tokens of the answer, by whichever provider's name the call gives them. */
function maxTokensOf(options: Fields): number | undefined {
  const { maxTokens, max_tokens, max_completion_tokens, maxOutputTokens } = options;
  const given = [maxTokens, max_tokens, max_completion_tokens, maxOutputTokens];
  return given.find((value) => typeof value === "number");
}

/** The form of the answer: of structured output, or as agents ask for it in OpenAI's form beside the others. */
function formatOf(options: RoutedCallOptions): ChatRequest["responseFormat"] {
  const { structured } = options;
  if (structured !== undefined) return { type: "json-schema", schema: toSchema(structured.schema) };
  const format = (options as Fields)["response_format"];
  if (!isFields(format)) return undefined;
  if (format["type"] === "json_object") return { type: "json" };
  const schema = isFields(format["json_schema"]) ? format["json_schema"]["schema"] : undefined;
  return schema === undefined ? undefined : { type: "json-schema", schema: toSchema(schema) };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
