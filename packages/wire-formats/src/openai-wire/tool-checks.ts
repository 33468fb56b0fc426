import { isRecord, record, type Wire } from "@onehead/provider-http";
import {
  anyBoolean,
  anyRecord,
  anyText,
  byField,
  type Check,
  object,
  oneOf,
  optional,
  recordsOf,
  someText,
  type Violation,
} from "../check/check.js";

export const toolFunctionCheck: Check = object({
  name: someText,
  description: optional(anyText),
  parameters: optional(anyRecord),
  strict: optional(anyBoolean),
});

/** @param choiceOf the named function of a choice: chat completions nest it */
export function toolChoiceCheck(functionChoice: Check): Check {
  const named = byField("type", { function: functionChoice });
  const word = oneOf("none", "auto", "required");
  return optional((value, path) => (isRecord(value) ? named(value, path) : word(value, path)));
}

/** A tool can be asked for only where it is given. */
export function chosenToolCheck(nameOfTool: (tool: Wire) => unknown, nameOfChoice: (choice: Wire) => unknown): Check {
  return (value, path): Violation | undefined => {
    const { tools, tool_choice: choice } = record(value);
    const given = recordsOf(tools);
    const at = [...path, "tool_choice"];
    if (given.length === 0 && (choice === "required" || isRecord(choice))) {
      return { path: at, found: "given without tools", expected: "tools" };
    }
    if (!isRecord(choice) || choice["type"] !== "function") return undefined;
    if (given.some(([, tool]) => nameOfTool(tool) === nameOfChoice(choice))) return undefined;
    return { path: at, found: "a function that is not among the tools", expected: "one of them" };
  };
}
