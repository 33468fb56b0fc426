import { type ChatRequest, ProviderError, type Tool } from "@onehead/provider";
import { defined } from "@onehead/provider-http";
import { answerTool, type StructuredOutput } from "./structured-output.js";

/**
 * The tools and which of them are to be called. Converse has no "none": without tool blocks in the conversation no tools are
 * sent then, but with some it insists on their tools.
 *
 * @throws ProviderError "unsupported" for toolChoice "none" amid tool calls
 */
export function toolConfig(request: ChatRequest, structuredOutput: StructuredOutput): object | undefined {
  const { toolChoice, responseFormat } = request;
  const answer = structuredOutput === "tool" && responseFormat !== undefined && responseFormat.type !== "text";
  let tools = request.tools ?? [];
  if (toolChoice === "none" && tools.length > 0) {
    if (request.messages.some(hasTools)) {
      throw new ProviderError(
        "unsupported",
        'toolChoice: "none" amid tool calls, expected another: Converse has no such',
      );
    }
    tools = [];
  }
  const specs = tools.map(toToolSpec);
  if (answer) specs.push(answerSpec(request));
  if (specs.length === 0) return undefined;
  return defined({ tools: specs, toolChoice: answer ? answerChoice(tools, toolChoice) : choiceOf(toolChoice) });
}

function hasTools({ role, content }: ChatRequest["messages"][number]): boolean {
  if (role === "tool") return true;
  return role === "assistant" && typeof content !== "string" && content.some(({ type }) => type === "tool-call");
}

function toToolSpec({ name, description, parameters, strict }: Tool): object {
  // an empty description is refused
  const own = description || undefined;
  return { toolSpec: defined({ name, description: own, inputSchema: { json: parameters }, strict }) };
}

function choiceOf(choice: ChatRequest["toolChoice"]): object | undefined {
  if (choice === undefined || choice === "none") return undefined;
  if (choice === "auto") return { auto: {} };
  return choice === "required" ? { any: {} } : { tool: { name: choice.tool } };
}

/** The answer is a call too: of this tool alone, or of this one or another. */
function answerChoice(tools: readonly Tool[], choice: ChatRequest["toolChoice"]): object {
  if (typeof choice === "object") return { tool: { name: choice.tool } };
  return tools.length === 0 ? { tool: { name: answerTool } } : { any: {} };
}

function answerSpec({ responseFormat }: ChatRequest): object {
  const own = responseFormat?.type === "json-schema" ? responseFormat : undefined;
  return toToolSpec({
    name: answerTool,
    description: own?.description ?? "Gives the answer.",
    parameters: own?.schema ?? { type: "object" },
    strict: own?.strict,
  });
}
