import type { ChatResult, FinishReason, JsonObject, JsonValue } from "@onehead/provider";
import { record } from "@onehead/provider-http";
import type { AnswerInfo } from "../server-format.js";
import { itemId, itemOf } from "./response-items.js";
import { responseUsage } from "./response-usage.js";

/** The body of a response. */
export function responseAnswer({ content, finishReason, usage }: ChatResult, about: AnswerInfo): JsonObject {
  const ending = endingOf(finishReason);
  const output = content.map((part, i) => {
    const cut = i === content.length - 1 && part.type === "text" ? ending.status : "completed";
    return itemOf(part, itemId(part.type, about.id, i), cut);
  });
  return { ...responseHead(about), ...ending, output, usage: responseUsage(usage) };
}

/** How a response has ended, and why. */
export function endingOf(finishReason: FinishReason): {
  status: "completed" | "incomplete";
  incomplete_details: JsonObject | null;
} {
  if (finishReason === "length") {
    return { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } };
  }
  if (finishReason === "content-filter") {
    return { status: "incomplete", incomplete_details: { reason: "content_filter" } };
  }
  return { status: "completed", incomplete_details: null };
}

/** The response before there is anything of it: what was asked, as the interface repeats it. */
export function responseHead({ id, createdMs, model, body }: AnswerInfo): JsonObject {
  const echo = (field: string, otherwise: JsonValue): JsonValue => (body[field] as JsonValue | undefined) ?? otherwise;
  const { effort, summary } = record(body["reasoning"]) as JsonObject;
  return {
    id: `resp_${id}`,
    object: "response",
    created_at: Math.floor(createdMs / 1000),
    status: "in_progress",
    background: false,
    error: null,
    incomplete_details: null,
    instructions: echo("instructions", null),
    max_output_tokens: echo("max_output_tokens", null),
    max_tool_calls: echo("max_tool_calls", null),
    metadata: echo("metadata", {}),
    model,
    output: [],
    parallel_tool_calls: echo("parallel_tool_calls", true),
    previous_response_id: null,
    prompt_cache_key: echo("prompt_cache_key", null),
    reasoning: { effort: effort ?? null, summary: summary ?? null },
    safety_identifier: echo("safety_identifier", null),
    service_tier: "default",
    // nothing of it can be asked for again
    store: false,
    temperature: echo("temperature", 1),
    text: { format: { type: "text" }, ...(record(body["text"]) as JsonObject) },
    tool_choice: echo("tool_choice", "auto"),
    tools: echo("tools", []),
    top_logprobs: 0,
    top_p: echo("top_p", 1),
    truncation: echo("truncation", "disabled"),
    usage: null,
    user: echo("user", null),
  };
}
