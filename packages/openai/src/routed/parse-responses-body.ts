import type { ChatRequest, Message, UserPart } from "@onehead/provider";
import { defined, isRecord, list, record, text, type Wire } from "@onehead/provider-http";
import { numberOf, plainText, toFormat, toReasoning, toToolChoice, toTools } from "./parse-chat-body.js";

/** What a body of `POST /responses` asks, in no provider's own form. */
export function parseResponsesBody(body: Wire): ChatRequest {
  const { input, instructions } = body;
  const items = typeof input === "string" ? [{ role: "user", content: input }] : list(input).filter(isRecord);
  return defined({
    messages: [
      ...(typeof instructions === "string" ? [{ role: "system" as const, content: instructions }] : []),
      ...items.flatMap(toMessage),
    ],
    maxOutputTokens: numberOf(body["max_output_tokens"]),
    temperature: numberOf(body["temperature"]),
    topP: numberOf(body["top_p"]),
    topLogprobs: numberOf(body["top_logprobs"]),
    responseFormat: toFormat(record(record(body["text"])["format"])),
    tools: toTools(body["tools"], (tool) => tool),
    toolChoice: toToolChoice(body["tool_choice"]),
    parallelToolCalls: typeof body["parallel_tool_calls"] === "boolean" ? body["parallel_tool_calls"] : undefined,
    reasoning: toReasoning(record(body["reasoning"])["effort"]),
  });
}

function toMessage(item: Wire): Message[] {
  const { role, content } = item;
  switch (item["type"]) {
    case "function_call":
      return [
        {
          role: "assistant",
          content: [
            {
              type: "tool-call",
              id: text(item["call_id"]) ?? "",
              name: text(item["name"]) ?? "",
              arguments: text(item["arguments"]) ?? "{}",
            },
          ],
        },
      ];
    case "function_call_output": {
      const id = text(item["call_id"]) ?? "";
      return [{ role: "tool", content: [{ type: "tool-result", id, name: "", content: plainText(item["output"]) }] }];
    }
    default:
  }
  if (role === "system" || role === "developer") return [{ role: "system", content: plainText(content) }];
  if (role === "assistant") return [{ role, content: plainText(content) }];
  if (role !== "user") return [];
  return [
    { role, content: typeof content === "string" ? content : list(content).filter(isRecord).flatMap(toUserPart) },
  ];
}

function toUserPart(part: Wire): UserPart[] {
  const words = text(part["text"]);
  if (words !== undefined) return [{ type: "text", text: words }];
  const image = text(part["image_url"]);
  if (image !== undefined) return [{ type: "image", data: image }];
  const data = text(part["file_data"]) ?? text(part["file_url"]);
  if (data === undefined) return [];
  const mediaType = /^data:([^;,]+)/.exec(data)?.[1] ?? "application/pdf";
  return [defined({ type: "file" as const, data, mediaType, filename: text(part["filename"]) })];
}
