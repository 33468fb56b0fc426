import type { AssistantPart, ChatRequest, ImagePart, Message, ReasoningPart, TextPart } from "@onehead/provider";
import { list, record, text, type Wire } from "@onehead/provider-http";
import { toUserMessage } from "../chat-completions/parse-chat-body.js";
import { assertBody, bracketPath } from "../check/assert-body.js";
import { recordsOf } from "../check/check.js";
import { withEffort } from "../openai-wire/effort.js";
import { callSignature, isTagged } from "../turns/signatures.js";
import { wholeTurns } from "../turns/whole-turns.js";
import { parseResponsesBody } from "./parse-responses-body.js";
import { redactedMark } from "./response-items.js";
import { responsesBodyCheck } from "./responses-body-check.js";

/** The request of a body that the interface would take. @throws ProviderError "invalid-argument" naming the field */
export function parseResponsesRequest(body: Wire): ChatRequest {
  assertBody(responsesBodyCheck, body, bracketPath);
  const { input, ...rest } = body;
  const request = parseResponsesBody(rest);
  const items = typeof input === "string" ? [{ role: "user", content: input }] : list(input).map(record);
  const messages = wholeTurns([...request.messages, ...items.flatMap(messagesOf)]);
  return withEffort({ ...request, messages }, record(body["reasoning"])["effort"]);
}

function messagesOf(item: Wire): Message[] {
  switch (item["type"]) {
    case "function_call":
      return [{ role: "assistant", content: [callOf(item)] }];
    case "function_call_output":
      return [resultOf(item)];
    case "reasoning":
      return reasoningOf(item).map((part) => ({ role: "assistant", content: [part] }));
    default: {
      if (item["role"] !== "assistant") return parseResponsesBody({ input: [item] }).messages.slice();
      const said = saidOf(item["content"]);
      return [{ role: "assistant", content: said }];
    }
  }
}

function saidOf(content: unknown): string | AssistantPart[] {
  if (typeof content === "string") return content;
  return recordsOf(content).map(([, part]) => ({
    type: "text",
    text: text(part["text"]) ?? text(part["refusal"]) ?? "",
  }));
}

function callOf(item: Wire): AssistantPart {
  const signature = callSignature(item);
  return {
    type: "tool-call",
    id: String(item["call_id"]),
    name: String(item["name"]),
    arguments: String(item["arguments"]) || "{}",
    ...(signature === undefined ? {} : { signature }),
  };
}

function resultOf({ call_id: id, output }: Wire): Message {
  const { content } = toUserMessage(output);
  const parts =
    typeof content === "string"
      ? content
      : content.filter((part): part is TextPart | ImagePart => part.type !== "file");
  return { role: "tool", content: [{ type: "tool-result", id: String(id), name: "", content: parts }] };
}

function reasoningOf(item: Wire): ReasoningPart[] {
  const thought = [...list(item["summary"]), ...list(item["content"])]
    .map((part) => text(record(part)["text"]) ?? "")
    .join("\n\n");
  const encrypted = text(item["encrypted_content"]) ?? "";
  if (encrypted === "") return thought === "" ? [] : [{ type: "reasoning", text: thought }];
  if (encrypted.startsWith(redactedMark)) {
    return [{ type: "reasoning", text: "", signature: encrypted.slice(redactedMark.length), redacted: true }];
  }
  // OpenAI's proof is of the item, so that the id belongs to it
  const signature = isTagged(encrypted) ? encrypted : `openai:${text(item["id"]) ?? "rs_"}|${encrypted}`;
  return [{ type: "reasoning", text: thought, signature }];
}
