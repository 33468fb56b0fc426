import { invalidArgument } from "@onehead/provider";
import { isRecord, type Wire } from "./fields.js";
import { parsed } from "./parse-event.js";

/** The arguments of a tool call as an object; "" counts as none. @returns undefined when it is no JSON object */
export function parseArguments(json: string): Wire | undefined {
  if (json.trim() === "") return {};
  const value = parsed(json);
  return isRecord(value) ? value : undefined;
}

/** For providers that take objects. @throws ProviderError "invalid-argument" naming the field */
export function requireArguments(where: string, json: string): Wire {
  const value = parseArguments(json);
  if (value !== undefined) return value;
  throw invalidArgument(`${where}.arguments`, "text that is no JSON object", "the JSON text of an object");
}
