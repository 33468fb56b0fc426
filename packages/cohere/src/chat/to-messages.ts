import {
  type AssistantMessage,
  type Message,
  ProviderError,
  type ToolMessage,
  type UserMessage,
  type Warning,
} from "@onehead/provider";
import { defined, mediaAddress, plainText, resultText } from "@onehead/provider-http";

/** The conversation as Cohere takes it; each result of a tool is a message of its own. @throws as `toChatBody` */
export function toMessages(messages: readonly Message[], warnings: Warning[]): object[] {
  return messages.flatMap((message, i) => ownMessages(message, `messages[${i}]`, warnings));
}

function ownMessages(message: Message, where: string, warnings: Warning[]): object[] {
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
    throw new ProviderError("unsupported", `${at}: a file, expected text or images: Cohere takes no other`);
  });
}

function assistantMessage({ content }: AssistantMessage, where: string, warnings: Warning[]): object {
  if (typeof content === "string") return { role: "assistant", content };
  const blocks: object[] = [];
  const plans: string[] = [];
  const calls: object[] = [];
  for (const [i, part] of content.entries()) {
    if (part.type === "text") blocks.push({ type: "text", text: part.text });
    else if (part.type === "tool-call") {
      const fn = { name: part.name, arguments: part.arguments || "{}" };
      calls.push({ id: part.id, type: "function", function: fn });
    } else if (part.signature === "cohere:tool_plan") plans.push(part.text);
    else if (part.signature === "cohere:thinking") blocks.push({ type: "thinking", thinking: part.text });
    else warnings.push({ field: `${where}.content[${i}]`, message: "reasoning of another provider is not taken back" });
  }
  return defined({
    role: "assistant",
    content: blocks.length > 0 ? blocks : calls.length > 0 ? undefined : "",
    tool_plan: plans.length > 0 ? plans.join("") : undefined,
    tool_calls: calls.length > 0 ? calls : undefined,
  });
}

function toolMessages({ content }: ToolMessage, where: string, warnings: Warning[]): object[] {
  return content.map((part, i) => {
    const at = `${where}.content[${i}]`;
    return { role: "tool", tool_call_id: part.id, content: resultText(at, part, "Cohere", warnings) };
  });
}
