import type { AssistantPart, ChatResult, Warning } from "@onehead/provider";
import { newCallId, requireRecord, text, wholeOrCut } from "@onehead/provider-http";
import { callsOf, chatUsage, finishReasonOf, logprobsOf } from "./chat-parts.js";

/**
 * The result of an answer to `POST /api/chat`.
 *
 * @throws ProviderResponseError when it is none, or a tool call's arguments are no JSON
 */
export function fromChatAnswer(json: unknown, warnings: Warning[]): ChatResult {
  const answer = requireRecord("chat answer", json);
  const message = requireRecord("chat answer: message", answer["message"]);
  const raw = text(answer["done_reason"]);
  const thinking = text(message["thinking"]) ?? "";
  const words = text(message["content"]) ?? "";
  const content: AssistantPart[] = [];
  if (thinking !== "") content.push({ type: "reasoning", text: thinking });
  if (words !== "") content.push({ type: "text", text: words });
  const calls = callsOf(message).flatMap((call) =>
    wholeOrCut(call.id || newCallId(), call.name, call.arguments, raw === "length", warnings),
  );
  content.push(...calls);
  const logprobs = logprobsOf(answer);
  return {
    content,
    finishReason: finishReasonOf(raw, calls.length > 0),
    rawFinishReason: raw,
    usage: chatUsage(answer) ?? { inputTokens: undefined, outputTokens: undefined },
    warnings,
    ...(logprobs.length > 0 ? { logprobs } : {}),
    response: { id: undefined, model: text(answer["model"]) },
  };
}
