import type { AssistantMessage, AssistantPart, Message, ToolMessage } from "@onehead/provider";

/**
 * The conversation with each turn of the assistant in one message, and the results of its calls in the next: interfaces that write
 * thoughts, texts and calls as items of their own mean one turn. Texts that were said apart stay so. Results have the names of
 * the tools that they come from.
 */
export function wholeTurns(messages: readonly Message[]): Message[] {
  const turns: Message[] = [];
  const names = new Map<string, string>();
  for (const message of messages) {
    const last = turns.at(-1);
    if (message.role === "assistant") {
      for (const part of partsOf(message)) if (part.type === "tool-call") names.set(part.id, part.name);
      if (last?.role === "assistant" && !(isText(last) && isText(message)))
        turns[turns.length - 1] = joined(last, message);
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

function isText(message: AssistantMessage): boolean {
  return partsOf(message).every(({ type }) => type === "text");
}

function partsOf({ content }: AssistantMessage): readonly AssistantPart[] {
  if (typeof content !== "string") return content;
  return content === "" ? [] : [{ type: "text", text: content }];
}
