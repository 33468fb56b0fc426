import type { AssistantMessage, ChatRequest, Message, ToolResultPart, UserPart, Warning } from "@onehead/provider";
import { defined, requireArguments } from "@onehead/provider-http";
import { Base64Bytes } from "./base64-bytes.js";
import { DocumentNames, documentBlock, imageBlock } from "./media-blocks.js";

interface Turn {
  role: "user" | "assistant";
  content: object[];
}

const cachePoint = { cachePoint: { type: "default" } };

/**
 * The conversation in turns that alternate, and the system's text, which stands apart.
 *
 * @throws ProviderError "unsupported" or "invalid-argument" naming the field
 */
export function toMessages(
  { messages }: ChatRequest,
  warnings: Warning[],
): { messages: Turn[]; system: object[] | undefined } {
  const names = new DocumentNames();
  const system: object[] = [];
  const turns: Turn[] = [];
  for (const [i, message] of messages.entries()) {
    const where = `messages[${i}]`;
    if (message.role === "system") {
      if (turns.length > 0) {
        warnings.push({ field: where, message: "Bedrock takes the system's text before the conversation" });
      }
      system.push(...systemBlocks(message.content));
      continue;
    }
    const role = message.role === "assistant" ? "assistant" : "user";
    const content = blocksOf(message, where, names, warnings);
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...content);
    else turns.push({ role, content });
  }
  return {
    messages: turns.map(({ role, content }) => ({ role, content: withoutBlanks(content) })),
    system: system.length > 0 ? system : undefined,
  };
}

function systemBlocks(content: Extract<Message, { role: "system" }>["content"]): object[] {
  if (typeof content === "string") return [{ text: content }];
  return content.flatMap(({ text, cache }) => [{ text }, ...(cache ? [cachePoint] : [])]);
}

function blocksOf(
  message: Exclude<Message, { role: "system" }>,
  where: string,
  names: DocumentNames,
  warnings: Warning[],
): object[] {
  if (message.role === "assistant") return assistantBlocks(message, where, warnings);
  if (message.role === "tool") {
    return message.content.flatMap((part, i) => [
      toolResult(part, `${where}.content[${i}]`),
      ...(part.cache ? [cachePoint] : []),
    ]);
  }
  if (typeof message.content === "string") return [{ text: message.content }];
  return message.content.flatMap((part, i) => [
    userBlock(part, `${where}.content[${i}]`, names),
    ...(part.cache ? [cachePoint] : []),
  ]);
}

function userBlock(part: UserPart, where: string, names: DocumentNames): object {
  if (part.type === "text") return { text: part.text };
  if (part.type === "image") return imageBlock(part, where);
  return documentBlock(part, where, names.nameFor(part.filename));
}

function assistantBlocks({ content }: AssistantMessage, where: string, warnings: Warning[]): object[] {
  if (typeof content === "string") return [{ text: content }];
  return content.flatMap((part, i): object[] => {
    const at = `${where}.content[${i}]`;
    if (part.type === "text") return [{ text: part.text }, ...(part.cache ? [cachePoint] : [])];
    if (part.type === "tool-call") {
      const input = requireArguments(at, part.arguments);
      return [{ toolUse: { toolUseId: part.id, name: part.name, input } }];
    }
    const { text, signature, redacted } = part;
    if (signature === undefined || !isOwnSignature(signature)) {
      warnings.push({ field: at, message: "reasoning without its signature, or with another's, cannot be taken back" });
      return [];
    }
    if (redacted) return [{ reasoningContent: { redactedContent: new Base64Bytes(signature) } }];
    return [{ reasoningContent: { reasoningText: { text, signature } } }];
  });
}

/** Those of models behind Bedrock are base64; those of other adapters are not. */
function isOwnSignature(signature: string): boolean {
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(signature);
}

function toolResult({ id, content, isError }: ToolResultPart, where: string): object {
  const parts = typeof content === "string" ? [{ type: "text" as const, text: content }] : content;
  return {
    toolResult: defined({
      toolUseId: id,
      content: parts.map((part, i) =>
        part.type === "text" ? { text: part.text } : imageBlock(part, `${where}.content[${i}]`),
      ),
      status: isError ? "error" : undefined,
    }),
  };
}

/** Bedrock refuses text that is blank; where a turn has nothing else it says so itself. */
function withoutBlanks(content: object[]): object[] {
  const own = content.filter((block) => !("text" in block && String(block.text).trim() === ""));
  return own.length === 0 ? content : own;
}
