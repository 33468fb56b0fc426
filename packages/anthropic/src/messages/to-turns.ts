import type { AssistantMessage, AssistantPart, Message, ToolMessage, UserMessage } from "@onehead/provider";
import { defined, requireArguments } from "@onehead/provider-http";
import { toDocument, toImage } from "./to-media.js";
import type { Block, Translation } from "./translation.js";

export interface Turn {
  role: "user" | "assistant";
  content: Block[];
}

/**
 * The conversation as Claude takes it: what the system says goes first, and users and assistants take turns, results of tools
 * being the user's.
 *
 * @throws ProviderError "unsupported" for files of other kinds; "invalid-argument" naming the field
 */
export function toTurns(
  messages: readonly Message[],
  translation: Translation,
): { system: Block[] | undefined; turns: Turn[] } {
  const system: Block[] = [];
  const turns: Turn[] = [];
  for (const [i, message] of messages.entries()) {
    const where = `messages[${i}]`;
    if (message.role === "system") {
      if (turns.length > 0) {
        translation.warnings.push({ field: where, message: "said within the conversation: sent at its beginning" });
      }
      system.push(...textBlocks(message.content, where, translation));
      continue;
    }
    const content = contentOf(message, where, translation);
    const role = message.role === "assistant" ? "assistant" : "user";
    const last = turns.at(-1);
    if (last?.role !== role) {
      // an assistant's turn of nothing is refused
      if (content.length > 0 || role === "user") turns.push({ role, content });
    } else if (message.role === "tool") last.content.splice(leadingResults(last), 0, ...content);
    else last.content.push(...content);
  }
  return { system: system.length > 0 ? system : undefined, turns };
}

function contentOf(message: Exclude<Message, { role: "system" }>, where: string, translation: Translation): Block[] {
  switch (message.role) {
    case "user":
      return userBlocks(message, where, translation);
    case "assistant":
      return assistantBlocks(message, where, translation);
    case "tool":
      return resultBlocks(message, where, translation);
  }
}

/** Results have to stand before all else that the user says. */
function leadingResults({ content }: Turn): number {
  const after = content.findIndex(({ type }) => type !== "tool_result");
  return after < 0 ? content.length : after;
}

type Texts = string | ReadonlyArray<{ text: string; cache?: boolean | undefined }>;

/** Blocks without text are refused, so that they are left out. */
function textBlocks(content: Texts, where: string, translation: Translation): Block[] {
  const parts = typeof content === "string" ? [{ text: content }] : content;
  return parts.flatMap((part, i) =>
    part.text === "" ? [] : [translation.block(`${where}.content[${i}]`, part, { type: "text", text: part.text })],
  );
}

function userBlocks({ content }: UserMessage, where: string, translation: Translation): Block[] {
  if (typeof content === "string") return textBlocks(content, where, translation);
  return content.flatMap((part, i) => {
    const at = `${where}.content[${i}]`;
    if (part.type !== "text") {
      return [translation.block(at, part, part.type === "image" ? toImage(at, part) : toDocument(at, part))];
    }
    return part.text === "" ? [] : [translation.block(at, part, { type: "text", text: part.text })];
  });
}

function assistantBlocks({ content }: AssistantMessage, where: string, translation: Translation): Block[] {
  if (typeof content === "string") return textBlocks(content, where, translation);
  return content.flatMap((part, i) => assistantBlock(part, `${where}.content[${i}]`, translation));
}

function assistantBlock(part: AssistantPart, where: string, translation: Translation): Block[] {
  if (part.type === "text") {
    return part.text === "" ? [] : [translation.block(where, part, { type: "text", text: part.text })];
  }
  if (part.type === "tool-call") {
    const input = requireArguments(where, part.arguments);
    return [{ type: "tool_use", id: toolId(part.id), name: part.name, input }];
  }
  const { text, signature, redacted } = part;
  // another provider's proof is refused as a false one
  if (signature === undefined || !/^[\w+/=-]+$/.test(signature)) {
    const message = "reasoning without a signature of Claude's cannot be handed back; it is left out";
    translation.warnings.push({ field: where, message });
    return [];
  }
  return [redacted ? { type: "redacted_thinking", data: signature } : { type: "thinking", thinking: text, signature }];
}

function resultBlocks({ content }: ToolMessage, where: string, translation: Translation): Block[] {
  return content.map((part, i) => {
    const at = `${where}.content[${i}]`;
    const result = defined({
      type: "tool_result",
      tool_use_id: toolId(part.id),
      content: typeof part.content === "string" ? part.content : resultContent(part.content, at, translation),
      is_error: part.isError || undefined,
    });
    return translation.block(at, part, result);
  });
}

function resultContent(
  content: Exclude<ToolMessage["content"][number]["content"], string>,
  where: string,
  translation: Translation,
): Block[] {
  return content.flatMap((part, i) => {
    const at = `${where}.content[${i}]`;
    if (part.type === "image") return [translation.block(at, part, toImage(at, part))];
    return part.text === "" ? [] : [translation.block(at, part, { type: "text", text: part.text })];
  });
}

/** Ids of other providers may have characters that are refused here. */
function toolId(id: string): string {
  return id.replace(/[^\w-]/g, "_");
}
