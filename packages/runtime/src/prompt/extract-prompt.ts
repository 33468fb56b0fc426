import type { AssistantMessage, Message, ToolMessage } from "@onehead/provider";
import { cutQuestion } from "./cut-question.js";
import { type ExtractOptions, resolveOptions } from "./extract-options.js";
import type { Chore, ExtractedPrompt } from "./extracted-prompt.js";
import { isFollowUp } from "./follow-up.js";
import type { Segment } from "./segment.js";
import { rulesOf, segmentTurn } from "./segment-turn.js";

/** One message, taken apart. */
interface Turn {
  role: Message["role"];
  segments: Segment[];
  chore: Chore | undefined;
}

/**
 * Finds the user's question in a conversation and keeps apart what else is in it. Every text of the conversation comes back in
 * exactly one field, but for white space at the edges; images and files have no text.
 *
 * The question is the text of the last user turn that has any once tool results, harness text, documents and examples are taken
 * out. Where no rule fits that is the whole turn. A follow-up that says nothing alone ("yes", "and in Python?") is joined by line
 * breaks with the questions before it, from the last one that stands alone, `joinFollowUps` at most; these leave the history. A
 * user who has only pasted something asks with what was pasted.
 *
 * Linear in the length of the conversation; the same messages always give the same result.
 *
 * @throws ProviderError "invalid-argument" where an option is none
 */
export function extractPrompt(messages: readonly Message[], options?: ExtractOptions): ExtractedPrompt {
  const resolved = resolveOptions(options);
  const rules = rulesOf(resolved);
  const turns = messages.map((message): Turn => {
    if (message.role !== "user") return { role: message.role, segments: segmentsOf(message), chore: undefined };
    return { role: "user", ...segmentTurn(textsOf(message.content), rules) };
  });

  const told = resolved.findQuestion?.(messages);
  const asked = told === undefined ? takeQuestion(turns, resolved.joinFollowUps) : takeTold(turns, told);
  const { question, middle } = cutQuestion(asked, resolved.maxQuestionCharacters);
  const extracted: ExtractedPrompt = { question, system: "", history: [], toolResults: [], documents: [], harness: [] };
  const system: string[] = [];
  for (const turn of turns) sortOut(turn, extracted, system);
  extracted.system = system.join("\n\n");
  if (middle.trim() !== "") extracted.documents.push(middle);
  const chore = pendingChore(turns);
  if (chore !== undefined) extracted.chore = chore;
  return extracted;
}

/** Takes the question out of its turns and gives it back. */
function takeQuestion(turns: Turn[], joinFollowUps: number): string {
  const texts: string[] = [];
  for (let i = turns.length - 1; i >= 0; i--) {
    const turn = turns[i]!;
    if (turn.role !== "user") continue;
    const text = textOf(turn, "text");
    if (text === "") continue;
    texts.unshift(text);
    drop(turn, "text");
    if (texts.length > joinFollowUps || !isFollowUp(text)) break;
  }
  if (texts.length > 0) return texts.join("\n");
  // nothing but documents: they are what the user has sent
  const last = turns.filter((turn) => turn.role === "user").at(-1);
  if (last === undefined) return "";
  const documents = textOf(last, "document");
  drop(last, "document");
  return documents;
}

/** What the caller's hook has found leaves the newest user text that holds it, if one does. */
function takeTold(turns: Turn[], told: string): string {
  if (told.trim() === "") return told;
  for (let i = turns.length - 1; i >= 0; i--) {
    const { role, segments } = turns[i]!;
    if (role !== "user") continue;
    const at = segments.findIndex((segment) => segment.text.includes(told));
    if (at < 0) continue;
    const { kind, text } = segments[at]!;
    const start = text.indexOf(told);
    const rest = [text.slice(0, start), text.slice(start + told.length)].filter((piece) => piece.trim() !== "");
    segments.splice(at, 1, ...rest.map((piece): Segment => ({ kind, text: piece })));
    break;
  }
  return told;
}

function textOf(turn: Turn, kind: Segment["kind"]): string {
  const texts = turn.segments.filter((segment) => segment.kind === kind).map((segment) => segment.text.trim());
  return texts.join("\n");
}

function drop(turn: Turn, kind: Segment["kind"]): void {
  turn.segments = turn.segments.filter((segment) => segment.kind !== kind);
}

function sortOut(turn: Turn, extracted: ExtractedPrompt, system: string[]): void {
  const said = textOf(turn, "text");
  if (turn.role === "system") system.push(said);
  else if (said !== "") extracted.history.push(said);
  for (const { kind, text } of turn.segments) {
    if (kind === "example") extracted.history.push(text.trim());
    else if (kind === "tool") extracted.toolResults.push(text.trim());
    else if (kind === "document") extracted.documents.push(text.trim());
    else if (kind === "harness") extracted.harness.push(text.trim());
  }
}

/** The errand that waits for its answer: it stands behind the last turn of the assistant. */
function pendingChore(turns: readonly Turn[]): Chore | undefined {
  const answered = turns.map((turn) => turn.role).lastIndexOf("assistant");
  return turns
    .slice(answered + 1)
    .filter((turn) => turn.chore !== undefined)
    .at(-1)?.chore;
}

/** Text of the parts that have some. */
function textsOf(content: string | readonly { type: string; text?: string }[]): string[] {
  if (typeof content === "string") return [content];
  return content.flatMap((part) => (part.type === "text" && part.text !== undefined ? [part.text] : []));
}

function segmentsOf(message: Exclude<Message, { role: "user" }>): Segment[] {
  if (message.role === "tool") return toolTexts(message).map((text) => ({ kind: "tool", text }));
  const texts = message.role === "system" ? textsOf(message.content) : assistantTexts(message);
  return texts.filter((text) => text.trim() !== "").map((text) => ({ kind: "text", text }));
}

function toolTexts(message: ToolMessage): string[] {
  return message.content.map((result) => textsOf(result.content).join("\n")).filter((text) => text.trim() !== "");
}

function assistantTexts({ content }: AssistantMessage): string[] {
  if (typeof content === "string") return [content];
  return content.map((part) => (part.type === "tool-call" ? `${part.name} ${part.arguments}` : part.text));
}
