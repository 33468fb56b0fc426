import { type AssistantPart, appendPart, type ChatResult, type Warning } from "@onehead/provider";
import { isRecord, list, newCallId, record, requireRecord, text, type Wire, wholeOrCut } from "@onehead/provider-http";
import { assertFinished, endOfReasoning, finishReasonOf, logprobsOf } from "./chat-parts.js";
import { chatUsage } from "./chat-usage.js";

/**
 * The result of an answer to `POST /v2/chat`.
 *
 * @throws ProviderResponseError when it is none, was given up, or a tool call's arguments are no JSON
 */
export function fromChatAnswer(json: unknown, warnings: Warning[]): ChatResult {
  const answer = requireRecord("chat", json);
  const message = requireRecord("chat: message", answer["message"]);
  const raw = text(answer["finish_reason"]);
  assertFinished(raw);
  const content: AssistantPart[] = [];
  for (const block of contentOf(message)) {
    const thinking = text(block["thinking"]);
    if (thinking === undefined) appendPart(content, { type: "text", text: text(block["text"]) ?? "" });
    else if (thinking !== "") content.push({ type: "reasoning", text: thinking, signature: "cohere:thinking" });
  }
  const plan = text(message["tool_plan"]) ?? "";
  if (plan !== "") {
    appendPart(content, { type: "reasoning", text: plan });
    appendPart(content, endOfReasoning("tool_plan"));
  }
  const calls = toolCalls(message, raw === "MAX_TOKENS", warnings);
  content.push(...calls);
  const logprobs = logprobsOf(answer["logprobs"]);
  return {
    content,
    finishReason: finishReasonOf(raw, calls.length > 0),
    rawFinishReason: raw,
    usage: chatUsage(answer["usage"]) ?? { inputTokens: undefined, outputTokens: undefined },
    warnings,
    ...(logprobs.length > 0 ? { logprobs } : {}),
    response: { id: text(answer["id"]), model: undefined },
  };
}

function contentOf({ content }: Wire): Wire[] {
  return typeof content === "string" ? [{ text: content }] : list(content).filter(isRecord);
}

function toolCalls(message: Wire, cut: boolean, warnings: Warning[]): AssistantPart[] {
  return list(message["tool_calls"])
    .filter(isRecord)
    .flatMap((call) => {
      const fn = record(call["function"]);
      const id = text(call["id"]) || newCallId();
      return wholeOrCut(id, text(fn["name"]) ?? "", text(fn["arguments"]) ?? "", cut, warnings);
    });
}
