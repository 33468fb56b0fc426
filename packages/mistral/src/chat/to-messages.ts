import {
  type AssistantMessage,
  type FilePart,
  type Message,
  ProviderError,
  type ToolMessage,
  type ToolResultPart,
  type UserMessage,
  type Warning,
} from "@onehead/provider";
import { defined, fromBase64, mediaAddress, mediaOf, plainText } from "@onehead/provider-http";
import { ToolCallIds } from "./tool-call-ids.js";

/**
 * Messages of `POST /v1/chat/completions`. An assistant's text that stands last is begun with, and comes again in the answer.
 *
 * @throws ProviderError "unsupported" for files of a kind that Mistral does not read; "invalid-argument" naming the field
 */
export function toMessages(messages: readonly Message[], warnings: Warning[]): unknown[] {
  const ids = new ToolCallIds(messages);
  return messages.flatMap((message, i) => {
    const last = i === messages.length - 1;
    return toMessage(message, `messages[${i}]`, last, ids, warnings);
  });
}

function toMessage(message: Message, where: string, last: boolean, ids: ToolCallIds, warnings: Warning[]): unknown[] {
  switch (message.role) {
    case "system":
      return [{ role: "system", content: plainText(message.content) }];
    case "user":
      return [{ role: "user", content: userContent(message, where) }];
    case "assistant":
      return [assistantMessage(message, where, last, ids, warnings)];
    case "tool":
      return toolMessages(message, where, ids, warnings);
  }
}

function userContent({ content }: UserMessage, where: string): unknown {
  if (typeof content === "string") return content;
  return content.map((part, i) => {
    const at = `${where}.content[${i}]`;
    if (part.type === "text") return { type: "text", text: part.text };
    if (part.type === "image") return { type: "image_url", image_url: mediaAddress(at, part) };
    return fileChunk(part, at);
  });
}

function fileChunk(part: FilePart, at: string): unknown {
  const media = mediaOf(at, part);
  const address = mediaAddress(at, part);
  const { mediaType, filename } = part;
  if (/^image\//i.test(mediaType)) return { type: "image_url", image_url: address };
  if (/^audio\//i.test(mediaType)) {
    return { type: "input_audio", input_audio: media.kind === "url" ? media.url : media.data };
  }
  if (/^text\//i.test(mediaType) && media.kind === "base64") {
    return { type: "text", text: new TextDecoder().decode(fromBase64(media.data)) };
  }
  if (/^(text\/|application\/(pdf|vnd\.openxmlformats-officedocument\.))/i.test(mediaType)) {
    return defined({ type: "document_url", document_url: address, document_name: filename });
  }
  throw new ProviderError("unsupported", `${at}: a file of ${mediaType}, expected a document, text, image or sound`);
}

function assistantMessage(
  { content }: AssistantMessage,
  where: string,
  last: boolean,
  ids: ToolCallIds,
  warnings: Warning[],
): unknown {
  const chunks: Array<{ type: string; text?: string }> = [];
  const calls: unknown[] = [];
  const parts = typeof content === "string" ? [{ type: "text" as const, text: content }] : content;
  for (const [i, part] of parts.entries()) {
    if (part.type === "text") chunks.push({ type: "text", text: part.text });
    else if (part.type === "tool-call") {
      const fn = { name: part.name, arguments: part.arguments || "{}" };
      calls.push({ id: ids.of(part.id), type: "function", function: fn });
    } else if (part.redacted || part.text === "") {
      warnings.push({ field: `${where}.content[${i}]`, message: "reasoning without its text is left out" });
    } else {
      const { text, signature } = part;
      chunks.push(defined({ type: "thinking", thinking: [{ type: "text", text }], signature, closed: true }));
    }
  }
  const plain = chunks.every(({ type }) => type === "text");
  return defined({
    role: "assistant",
    content: plain ? chunks.map(({ text }) => text).join("") : chunks,
    tool_calls: calls.length > 0 ? calls : undefined,
    prefix: last && calls.length === 0 ? true : undefined,
  });
}

function toolMessages({ content }: ToolMessage, where: string, ids: ToolCallIds, warnings: Warning[]): unknown[] {
  return content.map((part, i) => {
    const at = `${where}.content[${i}]`;
    if (part.isError)
      warnings.push({ field: `${at}.isError`, message: "the result is sent, but not that it is an error" });
    return { role: "tool", tool_call_id: ids.of(part.id), name: part.name, content: resultContent(part, at) };
  });
}

function resultContent({ content }: ToolResultPart, at: string): unknown {
  if (typeof content === "string") return content;
  return content.map((part, i) =>
    part.type === "text"
      ? { type: "text", text: part.text }
      : { type: "image_url", image_url: mediaAddress(`${at}.content[${i}]`, part) },
  );
}
