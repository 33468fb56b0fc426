import {
  type AssistantMessage,
  type ChatRequest,
  invalidArgument,
  type Message,
  ProviderError,
  type ToolMessage,
  type UserPart,
  type Warning,
} from "@onehead/provider";
import { defined, mediaAddress, mediaOf } from "@onehead/provider-http";
import { responseFormat, toEffort, toolFields } from "../request-fields.js";

/**
 * The body of `POST /responses`. Nothing is stored at the provider: reasoning travels encrypted with the conversation.
 *
 * @param provider id under which `providerOptions` are looked up
 * @throws ProviderError "unsupported" for stop sequences, which the interface does not have; "invalid-argument" naming the field
 */
export function toResponsesBody(
  model: string,
  request: ChatRequest,
  provider: string,
): { body: Record<string, unknown>; warnings: Warning[] } {
  const warnings: Warning[] = [];
  if (request.stop?.length) {
    throw new ProviderError("unsupported", "stop: given, expected none: responses have no stop sequences");
  }
  for (const field of ["seed", "topK", "presencePenalty", "frequencyPenalty"] as const) {
    if (request[field] !== undefined) warnings.push({ field, message: "responses do not have it" });
  }
  const { topLogprobs } = request;
  const format = responseFormat(request.responseFormat);
  const effort = toEffort(request.reasoning, warnings);
  const include = [
    ...(withoutReasoning.test(model) ? [] : ["reasoning.encrypted_content"]),
    ...(topLogprobs === undefined ? [] : ["message.output_text.logprobs"]),
  ];
  const body = defined({
    model,
    input: request.messages.flatMap((message, i) => toItems(message, `messages[${i}]`, warnings)),
    store: false,
    include: include.length > 0 ? include : undefined,
    max_output_tokens: request.maxOutputTokens,
    temperature: request.temperature,
    top_p: request.topP,
    top_logprobs: topLogprobs,
    text: format === undefined ? undefined : { format },
    // left out, strict would be true here, other than in chat completions
    ...toolFields(request, (fn) => fn, false),
    reasoning: effort === undefined ? undefined : { effort },
    ...request.providerOptions?.[provider],
  });
  return { body, warnings };
}

/** OpenAI's models that do not reason refuse to be asked for it: "Encrypted content is not supported with this model". */
const withoutReasoning = /^(ft:)?(gpt-3|gpt-4|chatgpt-|gpt-5[\w.]*-chat)/;

function toItems(message: Message, where: string, warnings: Warning[]): unknown[] {
  const { role, content } = message;
  switch (role) {
    case "system": {
      const texts = typeof content === "string" ? [content] : content.map(({ text }) => text);
      return [{ role, content: texts.map((text) => ({ type: "input_text", text })) }];
    }
    case "user": {
      const parts: readonly UserPart[] = typeof content === "string" ? [{ type: "text", text: content }] : content;
      return [{ role, content: parts.map((part, i) => inputPart(part, `${where}.content[${i}]`)) }];
    }
    case "assistant":
      return assistantItems(message, where, warnings);
    case "tool":
      return toolItems(message, where, warnings);
  }
}

function inputPart(part: UserPart, where: string): unknown {
  if (part.type === "text") return { type: "input_text", text: part.text };
  const address = mediaAddress(where, part);
  if (part.type === "image") return { type: "input_image", image_url: address, detail: "auto" };
  if (mediaOf(where, part).kind === "url") return { type: "input_file", file_url: address };
  return { type: "input_file", filename: part.filename ?? "file", file_data: address };
}

function assistantItems({ content }: AssistantMessage, where: string, warnings: Warning[]): unknown[] {
  if (typeof content === "string") return [{ role: "assistant", content: [{ type: "output_text", text: content }] }];
  return content.flatMap((part, i): unknown[] => {
    if (part.type === "text") return [{ role: "assistant", content: [{ type: "output_text", text: part.text }] }];
    if (part.type === "tool-call") {
      return [{ type: "function_call", call_id: part.id, name: part.name, arguments: part.arguments || "{}" }];
    }
    const own = reasoningItem(part.text, part.signature);
    if (own === undefined) {
      warnings.push({
        field: `${where}.content[${i}]`,
        message: "reasoning without its encrypted form cannot be taken back",
      });
      return [];
    }
    return [own];
  });
}

/** The signature of reasoning is the item's id and its encrypted content. */
export function reasoningSignature(id: string, encrypted: string): string {
  return `${id}|${encrypted}`;
}

function reasoningItem(text: string, signature: string | undefined): unknown {
  const bar = signature?.indexOf("|") ?? -1;
  if (signature === undefined || bar < 1) return undefined;
  return {
    type: "reasoning",
    id: signature.slice(0, bar),
    summary: text === "" ? [] : [{ type: "summary_text", text }],
    encrypted_content: signature.slice(bar + 1),
  };
}

function toolItems({ content }: ToolMessage, where: string, warnings: Warning[]): unknown[] {
  return content.map((part, i) => {
    const at = `${where}.content[${i}]`;
    if (part.type !== "tool-result") throw invalidArgument(at, typeof part, "a tool result");
    if (part.isError)
      warnings.push({ field: `${at}.isError`, message: "the result is sent, but not that it is an error" });
    const output =
      typeof part.content === "string"
        ? part.content
        : part.content.map((item, j) => inputPart(item, `${at}.content[${j}]`));
    return { type: "function_call_output", call_id: part.id, output };
  });
}
