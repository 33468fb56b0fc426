import { expect, it } from "vitest";
import { choreOf } from "./chores.js";

it.each([
  ["Please write a 5-10 word title for the following conversation:\n\nUser: hi", "title"],
  ["Generate a title for this conversation:\n", "title"],
  ["### Task:\nGenerate a concise, 3-5 word title with an emoji summarizing the chat history.", "title"],
  ["Your task is to create a detailed summary of the conversation so far, with all files.", "summary"],
  [
    "CRITICAL: Respond with TEXT ONLY.\n\nYour task is to create a detailed summary of the RECENT portion of the conversation",
    "summary",
  ],
  ["You are performing a CONTEXT CHECKPOINT COMPACTION. Create a handoff summary.", "summary"],
  ["### Task:\nSuggest 3-5 relevant follow-up questions or prompts", "other"],
  ["[SUGGESTION MODE: Suggest what the user might type next]", "other"],
] as const)("%j is an errand of the harness", (text, chore) => {
  expect(choreOf(text)).toBe(chore);
});

it.each([
  "Write a title for my novel about a lighthouse.",
  "Summarize the conversation in chapter 3 of Emma.",
  "Generate a concise report.",
])("%j is the user's", (text) => {
  expect(choreOf(text)).toBeUndefined();
});
