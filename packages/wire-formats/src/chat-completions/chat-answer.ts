import type { AssistantPart, ChatResult, JsonObject } from "@onehead/provider";
import { completionUsage } from "../openai-wire/completion-usage.js";
import { tokenLogprobs } from "../openai-wire/token-logprobs.js";
import type { AnswerInfo } from "../server-format.js";
import { extraContent } from "../turns/signatures.js";
import { chatFinishReason } from "./chat-finish-reason.js";

/** The body of a chat completion. */
export function chatAnswer(result: ChatResult, about: AnswerInfo): JsonObject {
  const { content, finishReason, logprobs } = result;
  const calls = content.flatMap(toolCall);
  const usage = completionUsage(result.usage);
  const choice = {
    index: 0,
    message: messageOf(content, calls),
    logprobs: logprobs === undefined ? null : { content: tokenLogprobs(logprobs), refusal: null },
    finish_reason: chatFinishReason(finishReason, calls.length > 0),
  };
  return {
    ...chatHead(about, "chat.completion"),
    choices: [choice],
    ...(usage === undefined ? {} : { usage }),
  };
}

/** What the answer and each chunk of it begin with. */
export function chatHead({ id, createdMs, model }: AnswerInfo, object: string): JsonObject {
  return { id: `chatcmpl-${id}`, object, created: Math.floor(createdMs / 1000), model };
}

function messageOf(content: readonly AssistantPart[], calls: JsonObject[]): JsonObject {
  const said = content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("");
  const thoughts = content.flatMap((part) => (part.type === "reasoning" && part.text !== "" ? [part.text] : []));
  return {
    role: "assistant",
    content: said === "" && calls.length > 0 ? null : said,
    refusal: null,
    ...(thoughts.length > 0 ? { reasoning_content: thoughts.join(thoughtBreak) } : {}),
    annotations: [],
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
}

/** Between thoughts that the provider keeps apart: the field has one text for all of them. */
export const thoughtBreak = "\n\n";

function toolCall(part: AssistantPart): JsonObject[] {
  if (part.type !== "tool-call") return [];
  const { id, name, arguments: json, signature } = part;
  const call = { id, type: "function", function: { name, arguments: json }, ...extraContent(signature) };
  return [call as JsonObject];
}
