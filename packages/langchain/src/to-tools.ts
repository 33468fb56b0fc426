import type { BindToolsInput } from "@langchain/core/language_models/chat_models";
import { convertToOpenAIFunction, isLangChainTool } from "@langchain/core/utils/function_calling";
import { toJsonSchema } from "@langchain/core/utils/json_schema";
import type { JsonObject, Tool } from "@onehead/provider";
import { type Fields, isFields } from "./fields.js";

/** Tools in any form that chat models take, for the router and for traces; nothing but their interface is read. */
export function toTools(tools: readonly BindToolsInput[] | undefined): Tool[] | undefined {
  if (tools === undefined || tools.length === 0) return undefined;
  return tools.flatMap((tool): Tool[] => {
    if (isLangChainTool(tool)) return [toTool(attemptOf(() => convertToOpenAIFunction(tool)) ?? { name: tool.name })];
    const fields: unknown = tool;
    if (!isFields(fields)) return [];
    // Gemini's form holds several
    const { functionDeclarations } = fields;
    if (Array.isArray(functionDeclarations)) return functionDeclarations.filter(isFields).map(toTool);
    const inner = fields["function"] ?? fields["toolSpec"];
    return [toTool(isFields(inner) ? inner : fields)];
  });
}

/** The JSON Schema of a schema in any form; empty where it has none. */
export function toSchema(schema: unknown): JsonObject {
  if (typeof schema !== "object" || schema === null) return {};
  const json: unknown = attemptOf(() => toJsonSchema(schema));
  return isFields(json) ? (json as JsonObject) : {};
}

function toTool(tool: Fields | { name: string; description?: string; parameters?: unknown }): Tool {
  const { name, type, description, parameters, input_schema: input, inputSchema } = tool as Fields;
  const bedrock = isFields(inputSchema) ? inputSchema["json"] : undefined;
  return {
    // tools that the provider runs itself have a type alone
    name: typeof name === "string" ? name : String(type ?? "tool"),
    description: typeof description === "string" ? description : undefined,
    parameters: toSchema(parameters ?? input ?? bedrock ?? inputSchema),
  };
}

/** Schemas that cannot be written as JSON Schema are the candidate's to refuse. */
function attemptOf<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
