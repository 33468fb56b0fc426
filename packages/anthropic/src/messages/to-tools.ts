import { type ChatRequest, ProviderError, type Tool, type Warning } from "@onehead/provider";
import { defined } from "@onehead/provider-http";
import type { ModelTraits } from "./model-traits.js";
import { toSchema } from "./to-schema.js";

export function toTool({ name, description, parameters, strict }: Tool, where: string, warnings: Warning[]): unknown {
  const schema = strict ? toSchema(parameters, `${where}.parameters`, warnings) : parameters;
  return defined({ name, description, input_schema: { type: "object", ...schema }, strict });
}

/** Whether the answer has to call a tool. */
export function forcesTool({ tools, toolChoice }: ChatRequest): boolean {
  return Boolean(tools?.length) && (toolChoice === "required" || typeof toolChoice === "object");
}

/** @throws ProviderError "unsupported" where a tool is forced on a model that takes no force */
export function toToolChoice(request: ChatRequest, traits: ModelTraits): unknown {
  const { tools, toolChoice, parallelToolCalls } = request;
  if (!tools?.length) return undefined;
  if (forcesTool(request) && !traits.forcedTools) {
    throw new ProviderError(
      "unsupported",
      'toolChoice: a forced tool, expected "auto" or "none": this model takes no other',
    );
  }
  const single = parallelToolCalls === false ? { disable_parallel_tool_use: true } : {};
  if (toolChoice === "none") return { type: "none" };
  if (toolChoice === "required") return { type: "any", ...single };
  if (typeof toolChoice === "object") return { type: "tool", name: toolChoice.tool, ...single };
  return toolChoice === undefined && parallelToolCalls !== false ? undefined : { type: "auto", ...single };
}
