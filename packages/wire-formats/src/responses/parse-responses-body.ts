import type { ChatRequest, Message } from "@onehead/provider";
import { defined, isRecord, list, record, type Wire } from "@onehead/provider-http";
import {
  commonFields,
  numberOf,
  plainText,
  toCall,
  toFormat,
  toReasoning,
  toToolMessage,
  toTools,
  toUserMessage,
} from "../chat-completions/parse-chat-body.js";

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
    ...commonFields(body),
    topLogprobs: numberOf(body["top_logprobs"]),
    responseFormat: toFormat(record(record(body["text"])["format"])),
    tools: toTools(body["tools"], (tool) => tool),
    reasoning: toReasoning(record(body["reasoning"])["effort"]),
  });
}

function toMessage(item: Wire): Message[] {
  const { role, content, type } = item;
  if (type === "function_call") return [{ role: "assistant", content: [toCall(item["call_id"], item)] }];
  if (type === "function_call_output") return [toToolMessage(item["call_id"], item["output"])];
  if (role === "user") return [toUserMessage(content)];
  if (role === "assistant") return [{ role, content: plainText(content) }];
  return role === "system" || role === "developer" ? [{ role: "system", content: plainText(content) }] : [];
}
