import { ProviderResponseError } from "../errors/provider-errors.js";
import type { ChatResult, StreamPart, TokenLogprob, Warning } from "./chat-result.js";
import type { AssistantPart } from "./message.js";

/**
 * Reads a stream to its end: the same result as the call without streaming.
 *
 * @throws whatever the stream throws; ProviderResponseError for a stream without a finish
 */
export async function collectStream(stream: AsyncIterable<StreamPart>): Promise<ChatResult> {
  const content: AssistantPart[] = [];
  const warnings: Warning[] = [];
  const logprobs: TokenLogprob[] = [];
  for await (const part of stream) {
    if (part.type === "start") warnings.push(...part.warnings);
    else if (part.type === "logprobs") logprobs.push(...part.tokens);
    else if (part.type === "finish") {
      const { type: _, warnings: late, raw: __, ...end } = part;
      warnings.push(...late);
      return { content, ...end, warnings, ...(logprobs.length > 0 ? { logprobs } : {}) };
    } else appendPart(content, part);
  }
  throw new ProviderResponseError("collectStream: the stream ended without a finish part");
}

/** Adds a streamed part to the content that it continues. */
export function appendPart(content: AssistantPart[], part: StreamPart): void {
  const last = content.at(-1);
  switch (part.type) {
    case "text":
      if (last?.type === "text") content[content.length - 1] = { ...last, text: last.text + part.text };
      else content.push({ type: "text", text: part.text });
      return;
    case "reasoning": {
      const { text, signature, redacted } = part;
      const own = { ...(signature === undefined ? {} : { signature }), ...(redacted ? { redacted } : {}) };
      // a signature ends the reasoning that it proves, and what is redacted stands alone
      if (last?.type === "reasoning" && last.signature === undefined && !redacted) {
        content[content.length - 1] = { ...last, ...own, text: last.text + text };
      } else content.push({ type: "reasoning", text, ...own });
      return;
    }
    case "tool-call":
      content.push({ ...part });
      return;
    default:
  }
}
