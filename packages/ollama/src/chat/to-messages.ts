import {
  type AssistantMessage,
  type FilePart,
  type ImagePart,
  type Message,
  ProviderError,
  type ToolMessage,
  type UserMessage,
  type Warning,
} from "@onehead/provider";
import { defined, fromBase64, mediaOf, plainText, requireArguments, resultText } from "@onehead/provider-http";

/**
 * Messages of `POST /api/chat`, whose text is one and whose images stand beside it.
 *
 * @throws ProviderError "unsupported" for what is given by its address, files other than texts and images, and images in tool
 *   results; "invalid-argument" naming the field
 */
export function toMessages(messages: readonly Message[], warnings: Warning[]): unknown[] {
  return messages.flatMap((message, i) => toMessage(message, `messages[${i}]`, warnings));
}

function toMessage(message: Message, where: string, warnings: Warning[]): unknown[] {
  switch (message.role) {
    case "system":
      return [{ role: "system", content: plainText(message.content) }];
    case "user":
      return [userMessage(message, where)];
    case "assistant":
      return [assistantMessage(message, where, warnings)];
    case "tool":
      return toolMessages(message, where, warnings);
  }
}

function userMessage({ content }: UserMessage, where: string): unknown {
  if (typeof content === "string") return { role: "user", content };
  const texts: string[] = [];
  const images: string[] = [];
  for (const [i, part] of content.entries()) {
    const at = `${where}.content[${i}]`;
    if (part.type === "text") texts.push(part.text);
    else if (part.type === "image" || /^image\//i.test(part.mediaType)) images.push(base64Of(part, at));
    else if (/^text\//i.test(part.mediaType)) texts.push(textOf(part, at));
    else throw new ProviderError("unsupported", `${at}: a file of ${part.mediaType}, expected a text or image`);
  }
  return defined({ role: "user", content: texts.join("\n"), images: images.length > 0 ? images : undefined });
}

function base64Of(part: ImagePart | FilePart, at: string): string {
  const media = mediaOf(at, part);
  if (media.kind === "base64") return media.data;
  const kind = part.type === "image" ? "an image" : "a file";
  throw new ProviderError("unsupported", `${at}: ${kind} by its address, expected its bytes: Ollama takes no other`);
}

function textOf(part: FilePart, at: string): string {
  return new TextDecoder().decode(fromBase64(base64Of(part, at)));
}

function assistantMessage({ content }: AssistantMessage, where: string, warnings: Warning[]): unknown {
  if (typeof content === "string") return { role: "assistant", content };
  const texts: string[] = [];
  const thoughts: string[] = [];
  const calls: unknown[] = [];
  for (const [i, part] of content.entries()) {
    const at = `${where}.content[${i}]`;
    if (part.type === "text") texts.push(part.text);
    else if (part.type === "tool-call") {
      const fn = { name: part.name, arguments: requireArguments(at, part.arguments) };
      calls.push({ id: part.id, type: "function", function: fn });
    } else if (part.redacted || part.text === "") {
      warnings.push({ field: at, message: "reasoning without its text is left out" });
    } else thoughts.push(part.text);
  }
  return defined({
    role: "assistant",
    content: texts.join(""),
    thinking: thoughts.length > 0 ? thoughts.join("\n") : undefined,
    tool_calls: calls.length > 0 ? calls : undefined,
  });
}

function toolMessages({ content }: ToolMessage, where: string, warnings: Warning[]): unknown[] {
  return content.map((part, i) => {
    const at = `${where}.content[${i}]`;
    // older servers know the result by the name of its tool alone
    return {
      role: "tool",
      tool_name: part.name,
      tool_call_id: part.id,
      content: resultText(at, part, "Ollama", warnings),
    };
  });
}
