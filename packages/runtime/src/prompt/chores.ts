import type { Chore } from "./extracted-prompt.js";

const CHORES: [chore: Chore, head: RegExp][] = [
  // Claude Code, and the many that ask as it does
  [
    "title",
    /^(?:please )?(?:write|generate|create|provide) (?:a|an) [^\n]{0,60}\btitle\b[^\n]{0,60}\b(?:conversation|chat|session|thread)\b/i,
  ],
  // Open WebUI, LibreChat
  ["title", /^### Task:\s{0,4}(?:generate|create) [^\n]{0,60}\btitle\b/i],
  ["title", /^Analyze this conversation and provide:[\s\S]{0,300}\btitle\b/],
  // Claude Code, Roo, Kilo and others; Copilot; OpenCode; Codex; Gemini CLI; Aider
  [
    "summary",
    /^(?:CRITICAL: [\s\S]{0,450})?Your task is to create a (?:detailed|comprehensive) summary of [^\n]{0,30}conversation/,
  ],
  ["summary", /^Summarize the conversation (?:history )?(?:so far|to this point)/i],
  ["summary", /^Provide a detailed prompt for continuing our conversation/],
  ["summary", /^You are performing a CONTEXT CHECKPOINT COMPACTION/],
  ["summary", /^First, reason in your scratchpad\. Then, generate the <state_snapshot>/],
  ["summary", /^\*?Briefly\*? summarize this partial conversation/i],
  // Open WebUI's tags, follow-ups, search queries, completions and images; Claude Code's next-prompt suggestion
  [
    "other",
    /^### Task:\s{0,4}(?:Generate 1-3 broad tags|Suggest 3-5 relevant follow-up|Analyze the chat history to determine)/,
  ],
  ["other", /^### Task:\s{0,4}(?:You are an autocompletion system|Generate a detailed prompt for an? (?:am )?image)/],
  ["other", /^\[SUGGESTION MODE:/],
];
const MAX_HEAD = 600;

/** What a harness asks for itself with this text, or undefined. */
export function choreOf(text: string): Chore | undefined {
  const head = text.slice(0, MAX_HEAD).trimStart();
  return CHORES.find(([, pattern]) => pattern.test(head))?.[0];
}
