import { type ChatRequest, ProviderError, type ResponseFormat, type Tool, type Warning } from "@onehead/provider";
import { defined, record } from "@onehead/provider-http";
import { toMessages } from "./to-messages.js";
import { toThink } from "./to-think.js";

/**
 * The body of `POST /api/chat`.
 *
 * @param provider id under which `providerOptions` are looked up; their `options` are put over those of the request one by one
 * @throws ProviderError "unsupported" or "invalid-argument" naming the field
 */
export function toChatBody(
  model: string,
  request: ChatRequest,
  provider: string,
  keepAlive: string | number | undefined,
): { body: Record<string, unknown>; warnings: Warning[] } {
  const warnings: Warning[] = [];
  const { topLogprobs } = request;
  const own = record(request.providerOptions?.[provider]);
  const options = defined({
    temperature: request.temperature,
    top_p: request.topP,
    top_k: request.topK,
    seed: request.seed,
    stop: request.stop?.length ? request.stop : undefined,
    num_predict: request.maxOutputTokens,
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
    ...record(own["options"]),
  });
  const body = defined({
    model,
    messages: toMessages(request.messages, warnings),
    tools: toTools(request, warnings),
    format: toFormat(request.responseFormat),
    think: toThink(model, request.reasoning, warnings),
    logprobs: topLogprobs === undefined ? undefined : true,
    top_logprobs: topLogprobs || undefined,
    keep_alive: keepAlive,
    ...own,
    options: Object.keys(options).length > 0 ? options : undefined,
  });
  return { body, warnings };
}

function toFormat(format: ResponseFormat | undefined): unknown {
  if (format === undefined || format.type === "text") return undefined;
  return format.type === "json" ? "json" : format.schema;
}

/** The model itself decides whether to call: it can only be kept from it. */
function toTools({ tools, toolChoice, parallelToolCalls }: ChatRequest, warnings: Warning[]): unknown {
  if (toolChoice === "required" || typeof toolChoice === "object") {
    const choice = typeof toolChoice === "object" ? "one tool" : toolChoice;
    throw new ProviderError("unsupported", `toolChoice: ${choice}, expected auto or none: Ollama takes no other`);
  }
  if (!tools?.length || toolChoice === "none") return undefined;
  if (parallelToolCalls === false) {
    warnings.push({ field: "parallelToolCalls", message: "Ollama does not limit the calls of a turn" });
  }
  return tools.map((tool, i) => toTool(tool, `tools[${i}]`, warnings));
}

function toTool({ name, description, parameters, strict }: Tool, where: string, warnings: Warning[]): unknown {
  if (strict) warnings.push({ field: `${where}.strict`, message: "Ollama does not promise to keep the schema" });
  return { type: "function", function: defined({ name, description, parameters }) };
}
