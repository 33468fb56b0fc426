import type { Message } from "@onehead/provider";
import type { ExtractedPrompt } from "./extracted-prompt.js";

export interface ExtractOptions {
  documentCharacters?: number | undefined;
}

export function extractPrompt(messages: readonly Message[], _options: ExtractOptions = {}): ExtractedPrompt {
  const last = messages.filter(({ role }) => role === "user").at(-1)?.content ?? "";
  const question =
    typeof last === "string" ? last : last.map((part) => (part.type === "text" ? part.text : "")).join("\n");
  return { question, system: "", history: [], toolResults: [], documents: [], harness: [] };
}
