import type { ChatRequest, JsonObject, ResponseFormat, Tool, ToolChoice, Warning } from "@onehead/provider";
import { defined, record, type Wire } from "@onehead/provider-http";
import type { GenerateBody } from "../transport.js";
import { thinkingConfig } from "./thinking-config.js";
import { toContents } from "./to-contents.js";

/**
 * The body of `POST models/MODEL:generateContent`, streamed or not.
 *
 * @param provider id under which `providerOptions` are looked up
 * @throws ProviderError "unsupported" for addresses without a media type, and for addresses in tool results;
 *   "invalid-argument" naming the field
 */
export function toGenerateBody(
  model: string,
  request: ChatRequest,
  provider: string,
): { body: GenerateBody; warnings: Warning[] } {
  const warnings: Warning[] = [];
  const { topLogprobs, tools = [], toolChoice } = request;
  if (request.parallelToolCalls === false && tools.length > 0) {
    warnings.push({ field: "parallelToolCalls", message: "Gemini cannot be held to one tool call a turn" });
  }
  const generationConfig = defined({
    maxOutputTokens: request.maxOutputTokens,
    temperature: request.temperature,
    topP: request.topP,
    topK: request.topK,
    presencePenalty: request.presencePenalty,
    frequencyPenalty: request.frequencyPenalty,
    stopSequences: request.stop?.length ? request.stop : undefined,
    seed: request.seed,
    responseLogprobs: topLogprobs === undefined ? undefined : true,
    logprobs: topLogprobs || undefined,
    ...responseFormat(request.responseFormat),
    thinkingConfig: thinkingConfig(model, request.reasoning, warnings),
  });
  const fields = {
    ...toContents(model, request.messages, warnings),
    tools: tools.length > 0 ? [{ functionDeclarations: tools.map(toDeclaration) }] : undefined,
    toolConfig: tools.length > 0 ? toolConfig(tools, toolChoice) : undefined,
    generationConfig: Object.keys(generationConfig).length > 0 ? generationConfig : undefined,
  };
  return { body: withOptions(fields, request.providerOptions?.[provider]), warnings };
}

/** Options of the caller's own stand over the body, field by field within `generationConfig`. */
function withOptions(fields: Wire, options: JsonObject = {}): GenerateBody {
  const { generationConfig: config } = options;
  const generationConfig =
    config === undefined ? fields["generationConfig"] : { ...record(fields["generationConfig"]), ...record(config) };
  return { fields: defined({ ...fields, ...options, generationConfig }), own: Object.keys(options) };
}

function responseFormat(format: ResponseFormat | undefined): Wire {
  if (format === undefined || format.type === "text") return {};
  const responseMimeType = "application/json";
  if (format.type === "json") return { responseMimeType };
  const { schema, description } = format;
  // a schema with a $ref may have nothing beside it
  const described = description !== undefined && schema["description"] === undefined && schema["$ref"] === undefined;
  return { responseMimeType, responseJsonSchema: described ? { ...schema, description } : schema };
}

function toDeclaration({ name, description, parameters }: Tool): Wire {
  return defined({ name, description, parametersJsonSchema: parameters });
}

/** Calls that are asked for keep their schema; of calls that the model is free to make, mode VALIDATED says so. */
function toolConfig(tools: readonly Tool[], choice: ToolChoice | undefined): Wire | undefined {
  if (typeof choice === "object") {
    return { functionCallingConfig: { mode: "ANY", allowedFunctionNames: [choice.tool] } };
  }
  if (choice === "required") return { functionCallingConfig: { mode: "ANY" } };
  if (choice === "none") return { functionCallingConfig: { mode: "NONE" } };
  if (tools.some(({ strict }) => strict)) return { functionCallingConfig: { mode: "VALIDATED" } };
  return choice === undefined ? undefined : { functionCallingConfig: { mode: "AUTO" } };
}
