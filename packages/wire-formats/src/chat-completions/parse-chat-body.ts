import type {
  AssistantPart,
  ChatRequest,
  JsonObject,
  Message,
  ResponseFormat,
  Tool,
  ToolChoice,
  ToolMessage,
  UserMessage,
  UserPart,
} from "@onehead/provider";
import { defined, isRecord, list, record, text, type Wire } from "@onehead/provider-http";

/**
 * What a body of `POST /chat/completions` asks, in no provider's own form. Parts of kinds that no other provider has are left
 * out.
 */
export function parseChatBody(body: Wire): ChatRequest {
  const number = (field: string): number | undefined => numberOf(body[field]);
  const { stop } = body;
  const stops = (Array.isArray(stop) ? stop : [stop]).filter((entry) => typeof entry === "string");
  return defined({
    messages: list(body["messages"]).filter(isRecord).flatMap(toMessage),
    maxOutputTokens: number("max_completion_tokens") ?? number("max_tokens"),
    ...commonFields(body),
    topK: number("top_k"),
    presencePenalty: number("presence_penalty"),
    frequencyPenalty: number("frequency_penalty"),
    stop: stops.length > 0 ? stops : undefined,
    seed: number("seed"),
    topLogprobs: body["logprobs"] === true ? (number("top_logprobs") ?? 0) : undefined,
    responseFormat: toFormat(record(body["response_format"])),
    tools: toTools(body["tools"], (tool) => record(tool["function"])),
    reasoning: toReasoning(body["reasoning_effort"]),
  });
}

/** What both interfaces call by the same names. */
export function commonFields(body: Wire): Partial<ChatRequest> {
  return {
    temperature: numberOf(body["temperature"]),
    topP: numberOf(body["top_p"]),
    toolChoice: toToolChoice(body["tool_choice"]),
    parallelToolCalls: booleanOf(body["parallel_tool_calls"]),
  };
}

function toMessage(message: Wire): Message[] {
  const { role, content } = message;
  switch (role) {
    case "system":
    case "developer":
      return [{ role: "system", content: plainText(content) }];
    case "user":
      return [toUserMessage(content)];
    case "assistant": {
      const said = plainText(content);
      const calls = list(message["tool_calls"]).filter(isRecord);
      if (calls.length === 0) return [{ role, content: said }];
      const texts = said === "" ? [] : [{ type: "text" as const, text: said }];
      return [{ role, content: [...texts, ...calls.map((call) => toCall(call["id"], record(call["function"])))] }];
    }
    case "tool":
      return [toToolMessage(message["tool_call_id"], content)];
    default:
      return [];
  }
}

export function toUserMessage(content: unknown): UserMessage {
  return { role: "user", content: text(content) ?? list(content).filter(isRecord).flatMap(toUserPart) };
}

/** Chat completions nest addresses and files, responses do not. */
function toUserPart(part: Wire): UserPart[] {
  const words = text(part["text"]);
  if (words !== undefined) return [{ type: "text", text: words }];
  const image = part["image_url"];
  const url = text(image) ?? text(record(image)["url"]);
  if (url !== undefined) return [{ type: "image", data: url }];
  const file = isRecord(part["file"]) ? part["file"] : part;
  const data = text(file["file_data"]) ?? text(file["file_url"]);
  if (data === undefined) return [];
  const mediaType = /^data:([^;,]+)/.exec(data)?.[1] ?? "application/pdf";
  return [defined({ type: "file" as const, data, mediaType, filename: text(file["filename"]) })];
}

export function toCall(id: unknown, { name, arguments: json }: Wire): AssistantPart {
  return { type: "tool-call", id: text(id) ?? "", name: text(name) ?? "", arguments: text(json) ?? "{}" };
}

export function toToolMessage(id: unknown, content: unknown): ToolMessage {
  return {
    role: "tool",
    content: [{ type: "tool-result", id: text(id) ?? "", name: "", content: plainText(content) }],
  };
}

export function plainText(content: unknown): string {
  if (typeof content === "string") return content;
  return list(content)
    .map((part) => text(record(part)["text"]) ?? "")
    .join("\n");
}

export function toFormat(format: Wire): ResponseFormat | undefined {
  if (format["type"] === "json_object") return { type: "json" };
  if (format["type"] !== "json_schema") return undefined;
  // chat completions nest it, responses do not
  const schema = isRecord(format["json_schema"]) ? format["json_schema"] : format;
  return defined({
    type: "json-schema" as const,
    name: text(schema["name"]),
    description: text(schema["description"]),
    schema: record(schema["schema"]) as JsonObject,
    strict: booleanOf(schema["strict"]),
  });
}

export function toTools(tools: unknown, fieldsOf: (tool: Wire) => Wire): Tool[] | undefined {
  // tools of the provider's own have no name
  const own = list(tools)
    .filter(isRecord)
    .map(fieldsOf)
    .filter((tool) => text(tool["name"]));
  if (own.length === 0) return undefined;
  return own.map((tool) =>
    defined({
      name: text(tool["name"]) ?? "",
      description: text(tool["description"]),
      parameters: record(tool["parameters"]) as JsonObject,
      strict: booleanOf(tool["strict"]),
    }),
  );
}

function toToolChoice(choice: unknown): ToolChoice | undefined {
  if (choice === "auto" || choice === "none" || choice === "required") return choice;
  const name = text(record(record(choice)["function"])["name"]) ?? text(record(choice)["name"]);
  return name === undefined ? undefined : { tool: name };
}

export function toReasoning(effort: unknown): ChatRequest["reasoning"] {
  return ["none", "minimal", "low", "medium", "high"].includes(effort as string)
    ? ({ effort } as ChatRequest["reasoning"])
    : undefined;
}

function booleanOf(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
