import { type AssistantPart, appendPart, type ChatResult, type StreamPart, type Warning } from "@onehead/provider";
import {
  isRecord,
  list,
  record,
  requireList,
  requireRecord,
  text,
  type Wire,
  wholeOrCut,
} from "@onehead/provider-http";
import { base64Of } from "./base64-bytes.js";
import { converseUsage } from "./converse-usage.js";
import { finishReasonOf } from "./finish-reason.js";
import { answerTool, type StructuredOutput } from "./structured-output.js";

/**
 * The result of an answer of Converse.
 *
 * @throws ProviderResponseError when it is none, or a tool's input is no object
 */
export function fromConverse(json: unknown, warnings: Warning[], structuredOutput: StructuredOutput): ChatResult {
  const answer = requireRecord("converse", json);
  const message = requireRecord("converse: output.message", record(answer["output"])["message"]);
  const raw = text(answer["stopReason"]);
  const content: AssistantPart[] = [];
  for (const block of requireList("converse: output.message.content", message["content"]).filter(isRecord)) {
    for (const part of partsOf(block, raw === "max_tokens", warnings, structuredOutput)) appendPart(content, part);
  }
  return {
    content,
    finishReason: finishReasonOf(
      raw,
      content.some(({ type }) => type === "tool-call"),
    ),
    rawFinishReason: raw,
    usage: converseUsage(answer["usage"]) ?? { inputTokens: undefined, outputTokens: undefined },
    warnings,
    response: { id: requestIdOf(answer), model: invokedModelOf(answer) },
  };
}

function partsOf(block: Wire, cut: boolean, warnings: Warning[], structuredOutput: StructuredOutput): StreamPart[] {
  const { reasoningContent, toolUse } = block;
  if (isRecord(reasoningContent)) return reasoningParts(reasoningContent);
  if (isRecord(toolUse)) {
    // calls of tools that Bedrock runs by itself are not for the caller
    if (toolUse["type"] === "server_tool_use") return [];
    const { input } = toolUse;
    const name = text(toolUse["name"]) ?? "";
    const json = typeof input === "string" ? input : JSON.stringify(input ?? {});
    if (structuredOutput === "tool" && name === answerTool) return [{ type: "text", text: json }];
    return wholeOrCut(text(toolUse["toolUseId"]) ?? "", name, json, cut, warnings);
  }
  const cited = list(record(block["citationsContent"])["content"]).map((part) => text(record(part)["text"]) ?? "");
  return [{ type: "text", text: (text(block["text"]) ?? "") + cited.join("") }];
}

function reasoningParts(block: Wire): StreamPart[] {
  const redacted = base64Of(block["redactedContent"]);
  if (redacted !== undefined) return [{ type: "reasoning", text: "", signature: redacted, redacted: true }];
  const own = record(block["reasoningText"]);
  const signature = text(own["signature"]);
  const words = text(own["text"]) ?? "";
  return [{ type: "reasoning", text: words, ...(signature === undefined ? {} : { signature }) }];
}

export function requestIdOf(answer: Wire): string | undefined {
  return text(record(answer["$metadata"])["requestId"]);
}

/** The model that a prompt router chose; nothing else in an answer names one. */
export function invokedModelOf(answer: Wire): string | undefined {
  return text(record(record(answer["trace"])["promptRouter"])["invokedModelId"]);
}
