import { ProviderResponseError } from "../errors/provider-errors.js";
import type { ChatResult, ReasoningDelta, ResponseInfo, StreamPart, TokenLogprob, Warning } from "./chat-result.js";
import type { AssistantPart, ReasoningPart } from "./message.js";

/**
 * Reads a stream to its end: the same result as the call without streaming.
 *
 * @throws whatever the stream throws; ProviderResponseError for a stream without a finish
 */
export async function collectStream(stream: AsyncIterable<StreamPart>): Promise<ChatResult> {
  const content: AssistantPart[] = [];
  const warnings: Warning[] = [];
  const logprobs: TokenLogprob[] = [];
  let begun: ResponseInfo = {};
  for await (const part of stream) {
    if (part.type === "start") {
      warnings.push(...part.warnings);
      begun = part.response;
    } else if (part.type === "logprobs") logprobs.push(...part.tokens);
    else if (part.type === "finish") {
      const { type: _, warnings: late, raw: __, response, ...end } = part;
      warnings.push(...late);
      const { id = begun.id, model = begun.model } = response;
      return { content, ...end, warnings, ...(logprobs.length > 0 ? { logprobs } : {}), response: { id, model } };
    } else appendPart(content, part);
  }
  throw new ProviderResponseError("collectStream: the stream ended without a finish part");
}

/** Adds a streamed part to the content that it continues; parts that show nothing add nothing. */
export function appendPart(content: AssistantPart[], part: StreamPart): void {
  const last = content.at(-1);
  switch (part.type) {
    case "text":
      if (last?.type === "text") content[content.length - 1] = { ...last, text: last.text + part.text };
      else if (part.text !== "") content.push({ type: "text", text: part.text });
      return;
    case "reasoning": {
      const own = reasoningPart(part);
      if (last?.type === "reasoning" && isOpen(last) && !part.redacted) {
        content[content.length - 1] = { ...last, ...own, text: last.text + own.text };
      } else if (own.text !== "" || own.signature !== undefined || own.redacted) content.push(own);
      return;
    }
    case "tool-call":
      content.push({ ...part });
      return;
    default:
  }
}

function reasoningPart({ text, signature, redacted }: ReasoningDelta): ReasoningPart {
  return {
    type: "reasoning",
    text,
    ...(signature === undefined ? {} : { signature }),
    ...(redacted ? { redacted } : {}),
  };
}

/** A signature ends the reasoning that it proves, and what is redacted stands alone. */
function isOpen(part: ReasoningPart): boolean {
  return part.signature === undefined && !part.redacted;
}
