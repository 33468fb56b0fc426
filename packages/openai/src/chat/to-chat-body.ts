import {
  type AssistantMessage,
  type ChatRequest,
  type Message,
  ProviderError,
  type ToolMessage,
  type UserMessage,
  type Warning,
} from "@onehead/provider";
import { defined, mediaAddress, mediaOf, plainText, resultText } from "@onehead/provider-http";
import { responseFormat, toEffort, toolFields } from "../request-fields.js";
import type { Dialect } from "../settings.js";

/**
 * The body of `POST /chat/completions`.
 *
 * @param provider id under which `providerOptions` are looked up
 * @throws ProviderError "unsupported" for files by address and images in tool results; "invalid-argument" naming the field
 */
export function toChatBody(
  model: string,
  request: ChatRequest,
  dialect: Dialect,
  provider: string,
): { body: Record<string, unknown>; warnings: Warning[] } {
  const warnings: Warning[] = [];
  const { maxOutputTokens, topLogprobs, topK } = request;
  if (topK !== undefined && dialect === "openai") warnings.push({ field: "topK", message: "OpenAI has no top_k" });
  const body = defined({
    model,
    messages: request.messages.flatMap((message, i) => toMessages(message, `messages[${i}]`, warnings)),
    [dialect === "openai" ? "max_completion_tokens" : "max_tokens"]: maxOutputTokens,
    temperature: request.temperature,
    top_p: request.topP,
    top_k: dialect === "openai" ? undefined : topK,
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
    stop: request.stop?.length ? request.stop : undefined,
    seed: request.seed,
    logprobs: topLogprobs === undefined ? undefined : true,
    top_logprobs: topLogprobs || undefined,
    response_format: chatFormat(request),
    ...toolFields(request, (fn) => ({ function: fn }), undefined),
    reasoning_effort: toEffort(request.reasoning, warnings),
    ...request.providerOptions?.[provider],
  });
  return { body, warnings };
}

function chatFormat(request: ChatRequest): unknown {
  const format = responseFormat(request.responseFormat);
  if (format?.type !== "json_schema") return format;
  const { type, ...schema } = format;
  return { type, json_schema: schema };
}

function toMessages(message: Message, where: string, warnings: Warning[]): unknown[] {
  switch (message.role) {
    case "system":
      return [{ role: "system", content: plainText(message.content) }];
    case "user":
      return [{ role: "user", content: userContent(message, where) }];
    case "assistant":
      return [assistantMessage(message, where, warnings)];
    case "tool":
      return toolMessages(message, where, warnings);
  }
}

function userContent({ content }: UserMessage, where: string): unknown {
  if (typeof content === "string") return content;
  return content.map((part, i) => {
    const at = `${where}.content[${i}]`;
    if (part.type === "text") return { type: "text", text: part.text };
    if (part.type === "image") return { type: "image_url", image_url: { url: mediaAddress(at, part) } };
    if (mediaOf(at, part).kind === "url") {
      throw new ProviderError(
        "unsupported",
        `${at}: a file by its address, expected its bytes: chat completions take no other`,
      );
    }
    return { type: "file", file: { filename: part.filename ?? "file", file_data: mediaAddress(at, part) } };
  });
}

function assistantMessage({ content }: AssistantMessage, where: string, warnings: Warning[]): unknown {
  if (typeof content === "string") return { role: "assistant", content };
  const texts: string[] = [];
  const calls: unknown[] = [];
  for (const [i, part] of content.entries()) {
    if (part.type === "text") texts.push(part.text);
    else if (part.type === "tool-call") {
      calls.push({ id: part.id, type: "function", function: { name: part.name, arguments: part.arguments || "{}" } });
    } else warnings.push({ field: `${where}.content[${i}]`, message: "chat completions take no reasoning back" });
  }
  const text = texts.join("");
  return defined({
    role: "assistant",
    content: text === "" && calls.length > 0 ? null : text,
    tool_calls: calls.length > 0 ? calls : undefined,
  });
}

function toolMessages({ content }: ToolMessage, where: string, warnings: Warning[]): unknown[] {
  return content.map((part, i) => {
    const at = `${where}.content[${i}]`;
    return { role: "tool", tool_call_id: part.id, content: resultText(at, part, "chat completions", warnings) };
  });
}
