import { estimateTokens } from "@onehead/core";
import type { AssistantPart, ChatModel, ChatRequest, ChatResult, StreamPart } from "@onehead/provider";
import { questionIn } from "@onehead/runtime";

import { schemaInstance } from "./schema-instance.js";

/** What the answers of {@link echoModel} say they come from. */
const echoName = "onehead-echo";

/**
 * A model that asks nobody: it says that no key is set, what would have been asked, and the question. For a gateway without keys; a program can be tried against it, tools and
 * schemas too.
 */
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
  const content = contentOf(candidate, request);
  const said = content
    .map((part) => (part.type === "text" ? part.text : part.type === "tool-call" ? part.arguments : ""))
    .join("");
  const asked = request.messages.reduce((sum, { content }) => sum + estimateTokens(JSON.stringify(content)), 0);
  return {
    content,
    finishReason: content.some(({ type }) => type === "tool-call") ? "tool-calls" : "stop",
    usage: { inputTokens: Math.ceil(asked), outputTokens: Math.ceil(estimateTokens(said)), reportedCostUsd: 0 },
    warnings: [],
    response: { model: echoName },
  };
}

/** A call where one is demanded, JSON of the form that is asked for, else what it is in words. */
function contentOf(
  candidate: string,
  { messages, tools = [], toolChoice, responseFormat }: ChatRequest,
): AssistantPart[] {
  const forced =
    typeof toolChoice === "object" ? toolChoice.tool : toolChoice === "required" ? tools[0]?.name : undefined;
  const tool = tools.find(({ name }) => name === forced);
  if (tool !== undefined) {
    const id = `call_${crypto.randomUUID().replaceAll("-", "").slice(0, 24)}`;
    return [{ type: "tool-call", id, name: tool.name, arguments: JSON.stringify(schemaInstance(tool.parameters)) }];
  }
  const question = questionIn(messages);
  const note = "This is Onehead's echo: no provider key is set, so no model was asked.";
  if (responseFormat?.type === "json-schema") {
    return [{ type: "text", text: JSON.stringify(schemaInstance(responseFormat.schema)) }];
  }
  if (responseFormat?.type === "json")
    return [{ type: "text", text: JSON.stringify({ note, would_have_asked: candidate, question }) }];
  return [{ type: "text", text: `${note} With a key this would have gone to ${candidate}. You said: ${question}` }];
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
    if (part.type === "tool-call") {
      yield { type: "tool-call-start", id: part.id, name: part.name };
      yield { type: "tool-call-delta", id: part.id, argumentsDelta: part.arguments };
      yield part;
    }
    if (part.type !== "text") continue;
    for (const [text] of part.text.matchAll(/\S+\s*|\s+/g)) yield { type: "text", text };
  }
  yield { type: "finish", finishReason, usage, warnings: [], response };
}
