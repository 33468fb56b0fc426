import { type AssistantPart, appendPart, type ChatResult, type Warning } from "@onehead/provider";
import { isRecord, newCallId, requireList, requireRecord, requireText, text, wholeOrCut } from "@onehead/provider-http";
import { finishReasonOf, partsOf, warnOfUnknown } from "./message-blocks.js";
import { messageUsage } from "./message-usage.js";

/**
 * The result of an answer to `POST /v1/messages`.
 *
 * @throws ProviderResponseError when it is none, or the input of a tool is no object
 */
export function fromMessage(json: unknown, warnings: Warning[]): ChatResult {
  const message = requireRecord("message", json);
  const blocks = requireList("message: content", message["content"]);
  const raw = text(message["stop_reason"]);
  const content: AssistantPart[] = [];
  for (const [i, block] of blocks.entries()) {
    if (!isRecord(block)) continue;
    warnOfUnknown(block, warnings);
    if (block["type"] === "tool_use") {
      const name = requireText(`message: content[${i}].name`, block["name"]);
      const id = text(block["id"]) || newCallId();
      content.push(...wholeOrCut(id, name, JSON.stringify(block["input"] ?? {}), raw === "max_tokens", warnings));
    } else for (const part of partsOf(block)) appendPart(content, part);
  }
  return {
    content,
    finishReason: finishReasonOf(
      raw,
      content.some(({ type }) => type === "tool-call"),
    ),
    rawFinishReason: raw,
    usage: messageUsage(message["usage"]) ?? { inputTokens: undefined, outputTokens: undefined },
    warnings,
    response: { id: text(message["id"]), model: text(message["model"]) },
  };
}
