import type { AssistantMessage, AssistantPart, Message, ToolMessage } from "@onehead/provider";

/**
 * The conversation with each turn of the assistant in one message, and the results of its calls in the next: interfaces that write
 * a turn as several messages or items mean one. Results have the names of the tools that they come from.
 */
export function wholeTurns(messages: readonly Message[]): Message[] {
  const turns: Message[] = [];
  const names = new Map<string, string>();
  for (const message of messages) {
    const last = turns.at(-1);
    if (message.role === "assistant") {
      for (const part of partsOf(message)) if (part.type === "tool-call") names.set(part.id, part.name);
      if (last?.role === "assistant") turns[turns.length - 1] = joined(last, message);
      else turns.push(message);
    } else if (message.role === "tool") {
      const content = message.content.map((result) => ({ ...result, name: names.get(result.id) ?? result.name }));
      const before = last?.role === "tool" ? last.content : undefined;
      const whole: ToolMessage = { role: "tool", content: [...(before ?? []), ...content] };
      if (before === undefined) turns.push(whole);
      else turns[turns.length - 1] = whole;
    } else turns.push(message);
  }
  return turns;
}

function joined(before: AssistantMessage, after: AssistantMessage): AssistantMessage {
  return { role: "assistant", content: [...partsOf(before), ...partsOf(after)] };
}

function partsOf({ content }: AssistantMessage): readonly AssistantPart[] {
  if (typeof content !== "string") return content;
  return content === "" ? [] : [{ type: "text", text: content }];
}
