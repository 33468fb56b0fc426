import { type ChatRequest, ProviderError, type Warning } from "@onehead/provider";
import { defined, isRecord } from "@onehead/provider-http";
import { reasoningFields } from "./reasoning-fields.js";
import type { StructuredOutput } from "./structured-output.js";
import { toMessages } from "./to-messages.js";
import { toolConfig } from "./tool-config.js";

// fields that models behind Converse may have, each under a name of its own
const missing = ["seed", "topK", "presencePenalty", "frequencyPenalty", "topLogprobs"] as const;

/**
 * The body of Converse, the same for ConverseStream; bytes stand in it as `Base64Bytes`.
 *
 * @throws ProviderError "unsupported" for http addresses, other formats of files, JSON without a schema and toolChoice "none"
 *   amid tool calls; "invalid-argument" naming the field
 */
export function toConverseBody(
  model: string,
  request: ChatRequest,
  structuredOutput: StructuredOutput,
): { body: Record<string, unknown>; warnings: Warning[] } {
  const warnings: Warning[] = [];
  for (const field of missing) {
    if (request[field] === undefined) continue;
    warnings.push({ field, message: "Converse does not have it; a model may, see additionalModelRequestFields" });
  }
  if (request.parallelToolCalls === false) {
    warnings.push({ field: "parallelToolCalls", message: "Converse does not have it" });
  }
  const { messages, system } = toMessages(request, warnings);
  const { additional, effort } = reasoningFields(model, request.reasoning, request.maxOutputTokens, warnings);
  const inference = defined({
    maxTokens: request.maxOutputTokens,
    temperature: request.temperature,
    topP: request.topP,
    stopSequences: request.stop?.length ? request.stop : undefined,
  });
  const output = defined({ textFormat: textFormat(request, structuredOutput), effort });
  const own = request.providerOptions?.["bedrock"] ?? {};
  const { additionalModelRequestFields: ownFields } = own;
  const fields = { ...additional, ...(isRecord(ownFields) ? ownFields : {}) };
  const body = defined({
    messages,
    system,
    inferenceConfig: filled(inference),
    toolConfig: toolConfig(request, structuredOutput),
    outputConfig: filled(output),
    ...own,
    additionalModelRequestFields: filled(fields),
  });
  return { body, warnings };
}

function filled<T extends object>(fields: T): T | undefined {
  return Object.keys(fields).length > 0 ? fields : undefined;
}

function textFormat({ responseFormat }: ChatRequest, structuredOutput: StructuredOutput): object | undefined {
  if (responseFormat === undefined || responseFormat.type === "text" || structuredOutput === "tool") return undefined;
  if (responseFormat.type === "json") {
    throw new ProviderError(
      "unsupported",
      'responseFormat: JSON without a schema, expected json-schema: Converse has it with structuredOutput "tool" only',
    );
  }
  const { name, description, schema } = responseFormat;
  // the schema is text here
  const jsonSchema = defined({ schema: JSON.stringify(schema), name: name ?? "answer", description });
  return { type: "json_schema", structure: { jsonSchema } };
}
