import type { AssistantPart, ChatResult, Warning } from "@onehead/provider";
import {
  isRecord,
  list,
  newCallId,
  record,
  requireList,
  requireRecord,
  text,
  type Wire,
  wholeOrCut,
} from "@onehead/provider-http";
import { assertNoError, finishReasonOf, infoOf, logprobsOf, reasoningOf, textOf } from "./chat-parts.js";
import { chatUsage } from "./chat-usage.js";

/**
 * The result of an answer to `POST /chat/completions`.
 *
 * @throws ProviderResponseError when it is none, or a tool call's arguments are no JSON
 */
export function fromChatCompletion(json: unknown, warnings: Warning[]): ChatResult {
  const completion = requireRecord("chat completion", json);
  assertNoError("chat completion", completion);
  const choices = requireList("chat completion: choices", completion["choices"]);
  const choice = requireRecord("chat completion: choices[0]", choices[0]);
  const message = requireRecord("chat completion: choices[0].message", choice["message"]);
  const raw = text(choice["finish_reason"]);
  const content: AssistantPart[] = [];
  const reasoning = reasoningOf(message);
  if (reasoning !== "") content.push({ type: "reasoning", text: reasoning });
  const refusal = text(message["refusal"]) ?? "";
  const answer = textOf(message["content"]) + refusal;
  if (answer !== "") content.push({ type: "text", text: answer });
  const calls = toolCalls(message, raw === "length", warnings);
  content.push(...calls);
  const logprobs = logprobsOf(choice);
  return {
    content,
    finishReason: refusal !== "" ? "content-filter" : finishReasonOf(raw, calls.length > 0),
    rawFinishReason: raw,
    usage: chatUsage(completion["usage"]) ?? { inputTokens: undefined, outputTokens: undefined },
    warnings,
    ...(logprobs.length > 0 ? { logprobs } : {}),
    response: infoOf(completion),
  };
}

function toolCalls(message: Wire, cut: boolean, warnings: Warning[]): AssistantPart[] {
  return list(message["tool_calls"])
    .filter(isRecord)
    .flatMap((call) => {
      const { name, arguments: json } = record(call["function"]);
      const id = text(call["id"]) || newCallId();
      return wholeOrCut(id, text(name) ?? "", text(json) ?? JSON.stringify(json ?? {}), cut, warnings);
    });
}
