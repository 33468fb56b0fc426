import type { ChatRequest, ResponseFormat, Tool, ToolChoice, Warning } from "@onehead/provider";
import { defined } from "@onehead/provider-http";
import { toMessages } from "./to-messages.js";
import { toReasoning } from "./to-reasoning.js";

/**
 * The body of `POST /v1/chat/completions`, in the names of the REST interface.
 *
 * @param provider id under which `providerOptions` are looked up
 * @throws ProviderError "unsupported" or "invalid-argument" naming the field
 */
export function toChatBody(
  model: string,
  request: ChatRequest,
  provider: string,
): { body: Record<string, unknown>; warnings: Warning[] } {
  const warnings: Warning[] = [];
  if (request.topK !== undefined) warnings.push({ field: "topK", message: "Mistral has no top_k" });
  if (request.topLogprobs !== undefined) {
    warnings.push({ field: "topLogprobs", message: "Mistral gives no log probabilities" });
  }
  const body = defined({
    model,
    messages: toMessages(request.messages, warnings),
    max_tokens: request.maxOutputTokens,
    temperature: request.temperature,
    top_p: request.topP,
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
    stop: request.stop?.length ? request.stop : undefined,
    random_seed: request.seed,
    response_format: toFormat(request.responseFormat),
    tools: request.tools?.length ? request.tools.map(toTool) : undefined,
    tool_choice: toChoice(request.toolChoice),
    parallel_tool_calls: request.tools?.length ? request.parallelToolCalls : undefined,
    ...toReasoning(model, request.reasoning, warnings),
    ...request.providerOptions?.[provider],
  });
  return { body, warnings };
}

function toFormat(format: ResponseFormat | undefined): unknown {
  if (format === undefined || format.type === "text") return undefined;
  if (format.type === "json") return { type: "json_object" };
  const { name = "answer", description, schema, strict } = format;
  return { type: "json_schema", json_schema: defined({ name, description, schema, strict }) };
}

function toTool({ name, description, parameters, strict }: Tool): unknown {
  return { type: "function", function: defined({ name, description, parameters, strict }) };
}

function toChoice(choice: ToolChoice | undefined): unknown {
  if (typeof choice === "object") return { type: "function", function: { name: choice.tool } };
  return choice === "required" ? "any" : choice;
}
