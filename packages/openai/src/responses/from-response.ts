import {
  type AssistantPart,
  appendPart,
  type ChatResult,
  type FinishReason,
  type JsonValue,
  ProviderResponseError,
  type TokenLogprob,
  type Usage,
  type Warning,
} from "@onehead/provider";
import {
  consistentUsage,
  count,
  isRecord,
  list,
  readErrorBody,
  record,
  requireList,
  requireRecord,
  requireText,
  text,
  type Wire,
  wholeOrCut,
} from "@onehead/provider-http";
import { infoOf, logprobsOf } from "../chat/chat-parts.js";
import { reasoningSignature } from "./to-responses-body.js";

/** The result of an answer to `POST /responses`. @throws ProviderResponseError when it failed, or is none */
export function fromResponse(json: unknown, warnings: Warning[]): ChatResult {
  const response = requireRecord("response", json);
  assertNotFailed(response);
  const content: AssistantPart[] = [];
  const logprobs: TokenLogprob[] = [];
  let refused = false;
  const { finishReason, raw } = endOf(response);
  for (const [i, item] of requireList("response: output", response["output"]).entries()) {
    if (!isRecord(item)) continue;
    if (item["type"] === "message") {
      for (const part of list(item["content"]).filter(isRecord)) {
        const refusal = text(part["refusal"]);
        if (refusal !== undefined) refused = true;
        const said = text(part["text"]) ?? refusal ?? "";
        appendPart(content, { type: "text", text: said });
        logprobs.push(...responseLogprobs(part["logprobs"]));
      }
    } else if (item["type"] === "function_call") {
      const name = requireText(`response: output[${i}].name`, item["name"]);
      const id = requireText(`response: output[${i}].call_id`, item["call_id"]);
      content.push(...wholeOrCut(id, name, text(item["arguments"]) ?? "", finishReason === "length", warnings));
    } else if (item["type"] === "reasoning") content.push(...reasoningParts(item));
  }
  const calls = content.some(({ type }) => type === "tool-call");
  return {
    content,
    finishReason: refused ? "content-filter" : calls && finishReason === "stop" ? "tool-calls" : finishReason,
    rawFinishReason: raw,
    usage: responseUsage(response["usage"]) ?? { inputTokens: undefined, outputTokens: undefined },
    warnings,
    ...(logprobs.length > 0 ? { logprobs } : {}),
    response: infoOf(response),
  };
}

/** @throws ProviderResponseError with the reason, for one that failed or was cancelled */
export function assertNotFailed(response: Wire): void {
  const { status } = response;
  if (status !== "failed" && status !== "cancelled") return;
  const { reason = status } = readErrorBody(response["error"]);
  throw new ProviderResponseError(`response: ${status}: ${reason}`, { reason });
}

export function endOf(response: Wire): { finishReason: FinishReason; raw: string | undefined } {
  const status = text(response["status"]);
  if (status === "completed") return { finishReason: "stop", raw: status };
  const raw = text(record(response["incomplete_details"])["reason"]) ?? status;
  if (raw === "max_output_tokens") return { finishReason: "length", raw };
  return { finishReason: raw === "content_filter" ? "content-filter" : "other", raw };
}

function reasoningParts(item: Wire): AssistantPart[] {
  const summary = [...list(item["summary"]), ...list(item["content"])]
    .map((part) => text(record(part)["text"]) ?? "")
    .join("\n\n");
  const encrypted = text(item["encrypted_content"]);
  if (summary === "" && encrypted === undefined) return [];
  if (encrypted === undefined) return [{ type: "reasoning", text: summary }];
  return [{ type: "reasoning", text: summary, signature: reasoningSignature(text(item["id"]) ?? "rs_", encrypted) }];
}

export function responseLogprobs(logprobs: unknown): TokenLogprob[] {
  return logprobsOf({ logprobs: { content: logprobs } });
}

export function responseUsage(value: unknown): Usage | undefined {
  if (!isRecord(value)) return undefined;
  const input = record(value["input_tokens_details"]);
  return consistentUsage({
    inputTokens: count(value["input_tokens"]),
    cachedInputTokens: count(input["cached_tokens"]),
    cacheWriteTokens: count(input["cache_write_tokens"]),
    outputTokens: count(value["output_tokens"]),
    reasoningTokens: count(record(value["output_tokens_details"])["reasoning_tokens"]),
    raw: value as JsonValue,
  });
}
