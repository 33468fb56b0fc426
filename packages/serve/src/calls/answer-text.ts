import type { JsonObject } from "@onehead/provider";
import { list, record, text } from "@onehead/provider-http";

/** The text of a whole answer of any format, for the log and for counting tokens. */
export function answerText(body: JsonObject): string {
  const choices = list(body["choices"]).map((choice) => {
    const message = record(record(choice)["message"]);
    return textsOf(message["content"]) + callsOf(message["tool_calls"]) + (text(record(choice)["text"]) ?? "");
  });
  const items = list(body["output"]).map(
    (item) => textsOf(record(item)["content"]) + (text(record(item)["arguments"]) ?? ""),
  );
  const content = textsOf(body["content"]);
  return [...choices, ...items, content].join("");
}

function textsOf(content: unknown): string {
  if (typeof content === "string") return content;
  return list(content)
    .map((part) => text(record(part)["text"]) ?? "")
    .join("");
}

function callsOf(calls: unknown): string {
  return list(calls)
    .map((call) => text(record(record(call)["function"])["arguments"]) ?? "")
    .join("");
}
