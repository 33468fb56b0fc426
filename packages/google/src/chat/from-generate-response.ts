import {
  type AssistantPart,
  appendPart,
  type ChatResult,
  type FinishReason,
  ProviderResponseError,
  type Warning,
} from "@onehead/provider";
import { requireRecord, text } from "@onehead/provider-http";
import {
  assertNotBroken,
  blockReasonOf,
  candidateOf,
  finishReasonOf,
  infoOf,
  logprobsOf,
  PartReader,
  partsOf,
} from "./generate-parts.js";
import { generateUsage } from "./generate-usage.js";

/**
 * The result of an answer to `POST models/MODEL:generateContent`.
 *
 * @throws ProviderResponseError when it is none, or ended in a tool call that is none
 */
export function fromGenerateResponse(json: unknown, warnings: Warning[]): ChatResult {
  const answer = requireRecord("generate content", json);
  const end = {
    usage: generateUsage(answer["usageMetadata"]) ?? { inputTokens: undefined, outputTokens: undefined },
    warnings,
    response: infoOf(answer),
  };
  const candidate = candidateOf(answer);
  if (candidate === undefined) {
    const blocked = blockReasonOf(answer);
    if (blocked === undefined) throw new ProviderResponseError("generate content: candidates: missing, expected one");
    return { content: [], finishReason: "content-filter", rawFinishReason: blocked, ...end };
  }
  const rawFinishReason = text(candidate["finishReason"]);
  assertNotBroken(rawFinishReason);
  const reader = new PartReader(warnings);
  const content: AssistantPart[] = [];
  for (const part of partsOf(candidate)) for (const read of reader.read(part)) appendPart(content, read);
  const finishReason: FinishReason = finishReasonOf(rawFinishReason, reader.hasCalls);
  const logprobs = logprobsOf(candidate);
  return { content, finishReason, rawFinishReason, ...end, ...(logprobs.length > 0 ? { logprobs } : {}) };
}
