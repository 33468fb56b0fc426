import { type ChatRequest, ProviderError, type Tool, type Warning } from "@onehead/provider";
import { defined, effortBudgets } from "@onehead/provider-http";
import { toMessages } from "./to-messages.js";

/**
 * The body of `POST /v2/chat`.
 *
 * @throws ProviderError "unsupported" for files, images in tool results and a tool that is to be called by name;
 *   "invalid-argument" naming the field
 */
export function toChatBody(
  model: string,
  request: ChatRequest,
): { body: Record<string, unknown>; warnings: Warning[] } {
  const warnings: Warning[] = [];
  if (request.parallelToolCalls === false) {
    warnings.push({ field: "parallelToolCalls", message: "Cohere does not have it" });
  }
  if (request.topLogprobs) warnings.push({ field: "topLogprobs", message: "Cohere gives no alternatives" });
  const body = defined({
    model,
    messages: toMessages(request.messages, warnings),
    max_tokens: request.maxOutputTokens,
    temperature: request.temperature,
    p: request.topP,
    k: request.topK,
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
    stop_sequences: request.stop?.length ? request.stop : undefined,
    seed: request.seed,
    logprobs: request.topLogprobs === undefined ? undefined : true,
    response_format: responseFormat(request.responseFormat),
    tools: request.tools?.length ? request.tools.map(toTool) : undefined,
    strict_tools: strictTools(request.tools, warnings),
    tool_choice: toolChoice(request.toolChoice),
    thinking: thinking(request.reasoning, warnings),
    ...request.providerOptions?.["cohere"],
  });
  return { body, warnings };
}

function responseFormat(format: ChatRequest["responseFormat"]): object | undefined {
  if (format === undefined || format.type === "text") return undefined;
  return format.type === "json" ? { type: "json_object" } : { type: "json_object", json_schema: format.schema };
}

function toTool({ name, description, parameters }: Tool): object {
  return { type: "function", function: defined({ name, description, parameters }) };
}

/** All tools keep their schemas, or none does. */
function strictTools(tools: ChatRequest["tools"], warnings: Warning[]): true | undefined {
  const strict = (tools ?? []).flatMap((tool, i) => (tool.strict ? [i] : []));
  if (strict.length === 0) return undefined;
  if (strict.length === tools?.length) return true;
  for (const i of strict) {
    warnings.push({ field: `tools[${i}].strict`, message: "Cohere has it for all tools together or for none" });
  }
  return undefined;
}

function toolChoice(choice: ChatRequest["toolChoice"]): "REQUIRED" | "NONE" | undefined {
  if (choice === undefined || choice === "auto") return undefined;
  if (typeof choice === "string") return choice === "required" ? "REQUIRED" : "NONE";
  throw new ProviderError("unsupported", "toolChoice: one tool by its name, expected auto, none or required");
}

function thinking(reasoning: ChatRequest["reasoning"], warnings: Warning[]): object | undefined {
  if (reasoning === undefined) return undefined;
  if ("budgetTokens" in reasoning) {
    const { budgetTokens } = reasoning;
    return budgetTokens <= 0 ? { type: "disabled" } : { type: "enabled", token_budget: budgetTokens };
  }
  const { effort } = reasoning;
  if (effort === "none") return { type: "disabled" };
  // the most of all is no limit
  const budget = effort === "high" ? undefined : effortBudgets[effort];
  const sent = budget === undefined ? "without a limit" : `as ${budget} tokens`;
  warnings.push({ field: "reasoning.effort", message: `Cohere takes budgets: ${effort} is sent ${sent}` });
  return defined({ type: "enabled", token_budget: budget });
}
