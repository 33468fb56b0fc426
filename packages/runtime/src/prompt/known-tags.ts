import type { SegmentKind } from "./segment.js";

export interface KnownTag {
  kind: SegmentKind;
  /** The name is an everyday word: the tag counts only where a line begins with it. */
  everyday: boolean;
  /** Still the user's words after the head of a tool's result, where harnesses put answers to their questions. */
  insideTools: boolean;
  /** The user's words there and nowhere else. */
  onlyInsideTools: boolean;
}

/** What the user has typed, marked by a harness or a template. */
const QUESTION = [
  // Cursor, Open WebUI; Copilot; Cline's resumed tasks; templates
  "user_query user-query userrequest user_request user_message user_question user_input",
  // SWE-agent and OpenHands give the issue to solve in one of these
  "pr_description issue_description problem_statement",
].join(" ");
/** Cline's and Roo's first task; prompts that people write with tags. */
const EVERYDAY_QUESTION = "task question query";
/**
 * Cline and Roo: what the user says to a tool's result or to a question. Anywhere else such a tag shows the form of an answer.
 */
const TOOL_QUESTION = "feedback answer";

const HARNESS = [
  // Claude Code
  "system-reminder system_reminder local-command-stdout local-command-stderr local-command-caveat command-name",
  "command-message command-contents command-stdout bash-input bash-stdout bash-stderr task-notification",
  "teammate-message user-prompt-submit-hook available-deferred-tools ide_opened_file ide_selection ide_diagnostics",
  // Cline, Roo, Kilo
  "environment_details explicit_instructions task_progress",
  // Codex
  "environment_context user_instructions turn_aborted user_shell_command recommended_plugins skills_instructions",
  "collaboration_mode user_action loaded_context additional_instructions tool_context subagent_notification",
  // Copilot
  "reminderinstructions environment_info workspace_info editorcontext usermemory sessionmemory repomemory todolist",
  "tooluseinstructions modeinstructions conversation-summary",
  // Cursor
  "additional_data user_info project_layout git_status agent_transcripts always_applied_workspace_rules",
  "open_and_recently_viewed_files available_skills agent_skills linter_errors",
  // Gemini CLI, OpenHands
  "session_context repository_info runtime_information extra_info uploaded_files",
].join(" ");
const EVERYDAY_HARNESS = "instructions permissions skill rules tick timestamp reminder";

const DOCUMENT = [
  "file_content file_contents final_file_content folder_content url_content attached_files attached_file",
  "search_results search_result web_search_results retrieved_context retrieved_documents untrusted_evidence contextitem",
  "workspace_diagnostics terminal_output git_working_state git_commit",
].join(" ");
const EVERYDAY_DOCUMENT = [
  "context documents document docs doc sources source files file attachments attachment article email mail transcript",
  "passages passage knowledge data log logs webpage report paper text code codebase",
].join(" ");

const EXAMPLE = "chat_history conversation_history few_shot_examples";
const EVERYDAY_EXAMPLE = "examples example histories conversation";

const TOOL = "tool_result tool_results tool_response tool_output function_result function_results";
const EVERYDAY_TOOL = "returncode output observation output_head output_tail elided_chars";

/** Words of the user inside Cline's and Roo's tool results. */
const INSIDE_TOOLS = new Set(["user_message", "userrequest", "user_query"]);

function add(tags: Map<string, KnownTag>, names: string, kind: SegmentKind, everyday: boolean): void {
  for (const name of names.split(" ")) {
    tags.set(name, { kind, everyday, insideTools: INSIDE_TOOLS.has(name), onlyInsideTools: false });
  }
}

/**
 * The tags with a meaning, by lower-case name.
 *
 * @param ownHarness  further names of harness tags
 * @param builtIn     false leaves out the harness tags that we know
 */
export function knownTags(ownHarness: readonly string[], builtIn: boolean): ReadonlyMap<string, KnownTag> {
  if (!builtIn || ownHarness.length > 0) return collectTags(ownHarness, builtIn);
  // made once: it took a sixth of the time of finding a question
  usualTags ??= collectTags([], true);
  return usualTags;
}

let usualTags: ReadonlyMap<string, KnownTag> | undefined;

function collectTags(ownHarness: readonly string[], builtIn: boolean): ReadonlyMap<string, KnownTag> {
  const tags = new Map<string, KnownTag>();
  add(tags, QUESTION, "question", false);
  add(tags, EVERYDAY_QUESTION, "question", true);
  for (const name of TOOL_QUESTION.split(" ")) {
    tags.set(name, { kind: "question", everyday: true, insideTools: true, onlyInsideTools: true });
  }
  add(tags, DOCUMENT, "document", false);
  add(tags, EVERYDAY_DOCUMENT, "document", true);
  add(tags, EXAMPLE, "example", false);
  add(tags, EVERYDAY_EXAMPLE, "example", true);
  add(tags, TOOL, "tool", false);
  add(tags, EVERYDAY_TOOL, "tool", true);
  // what follows a slash command is typed by the user, though it is seldom a whole question
  add(tags, "command-args", "text", false);
  if (builtIn) {
    add(tags, HARNESS, "harness", false);
    add(tags, EVERYDAY_HARNESS, "harness", true);
  }
  for (const name of ownHarness) add(tags, name.toLowerCase(), "harness", false);
  return tags;
}
