import type { ChatRequest, JsonObject, Reasoning, ResponseFormat, Warning } from "@onehead/provider";
import { defined, effortOf } from "@onehead/provider-http";

type Format =
  | { type: "json_object" }
  | {
      type: "json_schema";
      name: string;
      schema: JsonObject;
      description?: string | undefined;
      strict?: boolean | undefined;
    };

/** The format of the answer as both of OpenAI's interfaces name it, which nest it differently. */
export function responseFormat(format: ResponseFormat | undefined): Format | undefined {
  if (format === undefined || format.type === "text") return undefined;
  if (format.type === "json") return { type: "json_object" };
  const { name = "answer", description, schema, strict } = format;
  return defined({ type: "json_schema" as const, name, description, schema, strict });
}

/**
 * Tools as both interfaces have them; what is of a function chat completions nest.
 *
 * @param strict where a tool does not say
 */
export function toolFields(
  { tools, toolChoice, parallelToolCalls }: ChatRequest,
  nested: (fn: object) => object,
  strict: boolean | undefined,
): object {
  // OpenAI refuses what is said of tools where there are none
  if (!tools?.length) return {};
  const ofFunction = (fn: object) => ({ type: "function", ...nested(fn) });
  return {
    tools: tools.map(({ name, description, parameters, strict: own = strict }) =>
      ofFunction(defined({ name, description, parameters, strict: own })),
    ),
    tool_choice: typeof toolChoice === "object" ? ofFunction({ name: toolChoice.tool }) : toolChoice,
    parallel_tool_calls: parallelToolCalls,
  };
}

/** OpenAI takes efforts only; a budget is the nearest of them. */
export function toEffort(reasoning: Reasoning | undefined, warnings: Warning[]): string | undefined {
  if (reasoning === undefined) return undefined;
  if ("effort" in reasoning) return reasoning.effort;
  const { budgetTokens } = reasoning;
  const effort = budgetTokens <= 0 ? "none" : effortOf(budgetTokens);
  warnings.push({
    field: "reasoning.budgetTokens",
    message: `OpenAI takes efforts: ${budgetTokens} tokens are sent as ${effort}`,
  });
  return effort;
}
