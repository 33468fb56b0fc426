import { type ChatRequest, ProviderError, type ResponseFormat, type Warning } from "@onehead/provider";
import { defined } from "@onehead/provider-http";
import { modelTraits } from "./model-traits.js";
import { toSampling } from "./to-sampling.js";
import { toSchema } from "./to-schema.js";
import { toThinking } from "./to-thinking.js";
import { forcesTool, toTool, toToolChoice } from "./to-tools.js";
import { toTurns } from "./to-turns.js";
import { Translation } from "./translation.js";

/**
 * The body of `POST /v1/messages`.
 *
 * @param provider id under which `providerOptions` are looked up
 * @throws ProviderError "unsupported" for JSON without a schema, for forced tools and files where they cannot be;
 *   "invalid-argument" naming the field
 */
export function toMessagesBody(
  model: string,
  request: ChatRequest,
  provider: string,
): { body: Record<string, unknown>; warnings: Warning[] } {
  const translation = new Translation();
  const { warnings } = translation;
  const traits = modelTraits(model);
  const { system, turns } = toTurns(request.messages, translation);
  translation.limitCached();
  const { maxTokens, thinking, effort } = toThinking(request, traits, forcesTool(request), warnings);
  const format = toFormat(request.responseFormat, warnings);
  const body = defined({
    model,
    max_tokens: maxTokens,
    system,
    messages: turns,
    ...toSampling(request, traits, thinking?.type === "enabled", warnings),
    stop_sequences: request.stop?.length ? request.stop : undefined,
    tools: request.tools?.map((tool, i) => toTool(tool, `tools[${i}]`, warnings)),
    tool_choice: toToolChoice(request, traits),
    thinking,
    output_config: effort === undefined && format === undefined ? undefined : defined({ effort, format }),
    ...request.providerOptions?.[provider],
  });
  return { body, warnings };
}

function toFormat(format: ResponseFormat | undefined, warnings: Warning[]): object | undefined {
  if (format === undefined || format.type === "text") return undefined;
  if (format.type === "json") {
    throw new ProviderError(
      "unsupported",
      "responseFormat: json, expected json-schema: Claude keeps to JSON by a schema alone",
    );
  }
  const { schema, description } = format;
  const told = description === undefined || "description" in schema ? schema : { ...schema, description };
  return { type: "json_schema", schema: toSchema(told, "responseFormat.schema", warnings) };
}
