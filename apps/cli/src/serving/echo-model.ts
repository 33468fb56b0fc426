import { estimateTokens } from "@onehead/core";
import type { ChatModel, ChatRequest, ChatResult, StreamPart } from "@onehead/provider";
import { questionIn } from "@onehead/runtime";

/** What the answers of {@link echoModel} say they come from. */
export const echoName = "onehead-echo";

/** A model that asks nobody: it says that no key is set, what would have been asked, and the question. For a gateway without keys. */
export function echoModel(candidate: string): ChatModel {
  return {
    specification: "onehead-chat-1",
    provider: "echo",
    model: echoName,
    async generate(request) {
      return echoOf(candidate, request);
    },
    async stream(request) {
      return streamOf(echoOf(candidate, request));
    },
  };
}

function echoOf(candidate: string, request: ChatRequest): ChatResult {
  const question = questionIn(request.messages);
  const text = `This is Onehead's echo: no provider key is set, so no model was asked. With a key this would have gone to ${candidate}. You said: ${question}`;
  const inputTokens = Math.ceil(
    request.messages.reduce((sum, { content }) => sum + estimateTokens(JSON.stringify(content)), 0),
  );
  return {
    content: [{ type: "text", text }],
    finishReason: "stop",
    usage: { inputTokens, outputTokens: Math.ceil(estimateTokens(text)), reportedCostUsd: 0 },
    warnings: [],
    response: { model: echoName },
  };
}

/** Word by word, as models stream. */
function streamOf(result: ChatResult) {
  const parts = streamParts(result)[Symbol.iterator]();
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next(): Promise<IteratorResult<StreamPart>> {
      return parts.next();
    },
    async return(): Promise<IteratorResult<StreamPart>> {
      parts.return?.(undefined);
      return { done: true, value: undefined };
    },
  };
}

function* streamParts({ content, finishReason, usage, response }: ChatResult): Generator<StreamPart, undefined> {
  yield { type: "start", warnings: [], response };
  for (const part of content) {
    if (part.type !== "text") continue;
    for (const [text] of part.text.matchAll(/\S+\s*|\s+/g)) yield { type: "text", text };
  }
  yield { type: "finish", finishReason, usage, warnings: [], response };
}
