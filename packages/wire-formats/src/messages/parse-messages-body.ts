import type {
  AssistantPart,
  ChatRequest,
  JsonObject,
  Message,
  TextPart,
  Tool,
  ToolChoice,
  ToolResultPart,
  UserPart,
} from "@onehead/provider";
import { defined, isRecord, list, record, text, type Wire } from "@onehead/provider-http";

/**
 * What a body of `POST /v1/messages` asks, in no provider's own form. Blocks and tools of kinds that no other provider has are
 * left out.
 */
export function parseMessagesBody(body: Wire): ChatRequest {
  const number = (field: string): number | undefined => (typeof body[field] === "number" ? body[field] : undefined);
  const choice = record(body["tool_choice"]);
  const stop = list(body["stop_sequences"]).filter((entry) => typeof entry === "string");
  return defined({
    messages: [...systemOf(body["system"]), ...list(body["messages"]).filter(isRecord).flatMap(toMessages)],
    maxOutputTokens: number("max_tokens"),
    temperature: number("temperature"),
    topP: number("top_p"),
    topK: number("top_k"),
    stop: stop.length > 0 ? stop : undefined,
    responseFormat: toFormat(record(record(body["output_config"])["format"])),
    tools: toTools(body["tools"]),
    toolChoice: toToolChoice(choice),
    parallelToolCalls: choice["disable_parallel_tool_use"] === true ? false : undefined,
    reasoning: toReasoning(record(body["thinking"]), record(body["output_config"])["effort"]),
  });
}

function systemOf(system: unknown): Message[] {
  const content = typeof system === "string" ? system : blocksOf(system).flatMap(toText);
  return content.length === 0 ? [] : [{ role: "system", content }];
}

/** Results of tools are messages of their own; they stand before what else the user says. */
function toMessages({ role, content }: Wire): Message[] {
  switch (role) {
    case "system":
      return systemOf(content);
    case "assistant":
      return [{ role, content: typeof content === "string" ? content : blocksOf(content).flatMap(toAssistantPart) }];
    case "user": {
      if (typeof content === "string") return [{ role, content }];
      const blocks = blocksOf(content);
      const results = blocks.flatMap(toResult);
      const parts = blocks.flatMap(toUserPart);
      return [
        ...(results.length > 0 ? [{ role: "tool" as const, content: results }] : []),
        ...(parts.length > 0 || results.length === 0 ? [{ role, content: parts } as const] : []),
      ];
    }
    default:
      return [];
  }
}

function toText(block: Wire): TextPart[] {
  return block["type"] === "text" ? [{ type: "text", text: text(block["text"]) ?? "", ...cacheOf(block) }] : [];
}

function toUserPart(block: Wire): UserPart[] {
  if (block["type"] !== "image" && block["type"] !== "document") return toText(block);
  const { type, url, data, media_type, content } = record(block["source"]);
  const mediaType = text(media_type);
  const cache = cacheOf(block);
  if (block["type"] === "image") {
    const address = text(type === "url" ? url : data);
    return address === undefined ? [] : [defined({ type: "image" as const, data: address, mediaType, ...cache })];
  }
  const own = { type: "file" as const, filename: text(block["title"]), ...cache };
  if (type === "url") return [defined({ ...own, data: text(url) ?? "", mediaType: "application/pdf" })];
  if (type === "base64")
    return [defined({ ...own, data: text(data) ?? "", mediaType: mediaType ?? "application/pdf" })];
  // a document in words is words
  const words = type === "text" ? (text(data) ?? "") : plainText(content);
  return words === "" ? [] : [{ type: "text", text: words, ...cache }];
}

function toAssistantPart(block: Wire): AssistantPart[] {
  switch (block["type"]) {
    case "thinking":
      return [
        defined({
          type: "reasoning" as const,
          text: text(block["thinking"]) ?? "",
          signature: text(block["signature"]),
        }),
      ];
    case "redacted_thinking":
      return [{ type: "reasoning", text: "", signature: text(block["data"]) ?? "", redacted: true }];
    case "tool_use": {
      const id = text(block["id"]) ?? "";
      return [
        { type: "tool-call", id, name: text(block["name"]) ?? "", arguments: JSON.stringify(block["input"] ?? {}) },
      ];
    }
    default:
      return toText(block);
  }
}

function toResult(block: Wire): ToolResultPart[] {
  if (block["type"] !== "tool_result") return [];
  const { content } = block;
  const parts = blocksOf(content)
    .flatMap(toUserPart)
    .filter((part) => part.type !== "file");
  return [
    {
      type: "tool-result",
      id: text(block["tool_use_id"]) ?? "",
      name: "",
      content: typeof content === "string" ? content : parts,
      ...(block["is_error"] === true ? { isError: true } : {}),
      ...cacheOf(block),
    },
  ];
}

function cacheOf(block: Wire): { cache?: true } {
  return isRecord(block["cache_control"]) ? { cache: true } : {};
}

function blocksOf(content: unknown): Wire[] {
  return list(content).filter(isRecord);
}

function plainText(content: unknown): string {
  if (typeof content === "string") return content;
  return blocksOf(content)
    .map((block) => text(block["text"]) ?? "")
    .join("\n");
}

function toFormat(format: Wire): ChatRequest["responseFormat"] {
  if (format["type"] !== "json_schema") return undefined;
  return { type: "json-schema", schema: record(format["schema"]) as JsonObject };
}

/** Tools of one's own: those that Anthropic defines have no schema here. */
function toTools(tools: unknown): Tool[] | undefined {
  const own = blocksOf(tools).filter((tool) => isRecord(tool["input_schema"]));
  if (own.length === 0) return undefined;
  return own.map((tool) =>
    defined({
      name: text(tool["name"]) ?? "",
      description: text(tool["description"]),
      parameters: record(tool["input_schema"]) as JsonObject,
      strict: typeof tool["strict"] === "boolean" ? tool["strict"] : undefined,
    }),
  );
}

function toToolChoice({ type, name }: Wire): ToolChoice | undefined {
  if (type === "auto" || type === "none") return type;
  if (type === "any") return "required";
  return type === "tool" ? { tool: text(name) ?? "" } : undefined;
}

function toReasoning(thinking: Wire, effort: unknown): ChatRequest["reasoning"] {
  const { type, budget_tokens: budgetTokens } = thinking;
  if (type === "disabled" || type === "between_tools") return { effort: "none" };
  if (type === "enabled" && typeof budgetTokens === "number") return { budgetTokens };
  if (effort === "low" || effort === "medium" || effort === "high") return { effort };
  // "xhigh" and "max", which others do not have, and thinking as long as it likes
  return effort === "xhigh" || effort === "max" || type === "adaptive" ? { effort: "high" } : undefined;
}
