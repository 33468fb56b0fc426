import { type AssistantPart, appendPart, type ChatResult, type Warning } from "@onehead/provider";
import {
  isRecord,
  list,
  newCallId,
  record,
  requireList,
  requireRecord,
  text,
  wholeOrCut,
} from "@onehead/provider-http";
import { argumentsOf, assertNoError, callId, finishReasonOf, partsOf } from "./chat-parts.js";
import { chatUsage } from "./chat-usage.js";

/**
 * The result of an answer to `POST /v1/chat/completions`.
 *
 * @throws ProviderResponseError when it is none, ends with an error, or a tool call's arguments are no JSON
 */
export function fromChatCompletion(json: unknown, warnings: Warning[]): ChatResult {
  const completion = requireRecord("chat completion", json);
  const choices = requireList("chat completion: choices", completion["choices"]);
  const choice = requireRecord("chat completion: choices[0]", choices[0]);
  const message = requireRecord("chat completion: choices[0].message", choice["message"]);
  const raw = text(choice["finish_reason"]);
  assertNoError("chat completion", raw);
  const content: AssistantPart[] = [];
  for (const part of partsOf(message["content"])) appendPart(content, part);
  const cut = finishReasonOf(raw, false) === "length";
  const calls = list(message["tool_calls"])
    .filter(isRecord)
    .flatMap((call) => {
      const name = text(record(call["function"])["name"]) ?? "";
      return wholeOrCut(callId(call) ?? newCallId(), name, argumentsOf(call), cut, warnings);
    });
  content.push(...calls);
  return {
    content,
    finishReason: finishReasonOf(raw, calls.length > 0),
    rawFinishReason: raw,
    usage: chatUsage(completion["usage"]) ?? { inputTokens: undefined, outputTokens: undefined },
    warnings,
    response: { id: text(completion["id"]), model: text(completion["model"]) },
  };
}
