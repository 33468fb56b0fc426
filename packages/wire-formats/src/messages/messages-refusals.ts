import { record, type Wire } from "@onehead/provider-http";
import { type Path, recordsOf, shownName, type Violation } from "../check/check.js";

/** What only Anthropic holds or does. */
const ownFields = ["container", "mcp_servers", "context_management", "inference_geo", "fallbacks"];

const blocks = ["text", "image", "document", "thinking", "redacted_thinking", "tool_use", "tool_result"];

/** What a message asks that has no other form. */
export function* messagesRefusals(body: Wire): Iterable<Violation> {
  for (const name of ownFields) if (body[name] != null) yield refusal([name], "given", "none");
  if (body["max_tokens"] === 0) yield refusal(["max_tokens"], "0", "at least 1");
  for (const [i, { type }] of recordsOf(body["tools"])) {
    if (type != null && type !== "custom") yield refusal(["tools", i, "type"], shownName(type), "custom");
  }
  const messages = recordsOf(body["messages"]);
  for (const [i, message] of messages) {
    // the answer would go on in the middle of that, which others do not do
    const begun = i === messages.length - 1 && message["role"] === "assistant";
    if (begun) yield refusal(["messages", i, "role"], "assistant", "user at the end");
    yield* contentRefusals(message["content"], ["messages", i, "content"], blocks);
  }
}

function* contentRefusals(content: unknown, path: Path, kinds: readonly string[]): Iterable<Violation> {
  for (const [i, block] of recordsOf(content)) {
    const at = [...path, i];
    const { type, source, citations, content: inner } = block;
    if (!kinds.includes(type as string)) yield refusal([...at, "type"], shownName(type), `one of ${kinds.join(", ")}`);
    if (record(source)["type"] === "file") yield refusal([...at, "source", "type"], "file", "base64 or url");
    if (record(citations)["enabled"] === true) yield refusal([...at, "citations"], "enabled", "none");
    if (type === "tool_result") yield* contentRefusals(inner, [...at, "content"], ["text", "image"]);
    if (type === "document") yield* contentRefusals(record(source)["content"], [...at, "source", "content"], ["text"]);
  }
}

function refusal(path: Path, found: string, expected: string): Violation {
  return { path, found, expected };
}
