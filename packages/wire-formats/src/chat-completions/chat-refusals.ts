import { isRecord, list, record, text, type Wire } from "@onehead/provider-http";
import { type Path, recordsOf, shownName, type Violation } from "../check/check.js";

/** What a chat completion asks that has no other form. */
export function* chatRefusals(body: Wire): Iterable<Violation> {
  const { n, modalities, tool_choice: choice } = body;
  if (typeof n === "number" && n > 1) yield refusal(["n"], String(n), "1");
  if (list(modalities).some((kind) => kind !== "text")) yield refusal(["modalities"], "others than text", '["text"]');
  if (Object.keys(record(body["logit_bias"])).length > 0) yield refusal(["logit_bias"], "given", "none");
  for (const name of ["web_search_options", "moderation", "functions", "function_call"]) {
    if (body[name] != null) yield refusal([name], "given", "none");
  }
  for (const [i, tool] of recordsOf(body["tools"])) {
    if (tool["type"] !== "function") yield refusal(["tools", i, "type"], shownName(tool["type"]), "function");
  }
  if (isRecord(choice) && choice["type"] !== "function") {
    yield refusal(["tool_choice", "type"], shownName(choice["type"]), "function");
  }
  for (const [i, message] of recordsOf(body["messages"])) yield* messageRefusals(message, ["messages", i]);
}

function* messageRefusals(message: Wire, path: Path): Iterable<Violation> {
  if (message["role"] === "function") yield refusal([...path, "role"], "function", "tool");
  for (const name of ["audio", "function_call"]) {
    if (message[name] != null) yield refusal([...path, name], "given", "none");
  }
  for (const [i, call] of recordsOf(message["tool_calls"])) {
    const { type } = call;
    if (type === "custom") yield refusal([...path, "tool_calls", i, "type"], "custom", "function");
  }
  for (const [i, { type, file }] of recordsOf(message["content"])) {
    const at = [...path, "content", i];
    if (type === "input_audio") yield refusal([...at, "type"], "input_audio", "text, image_url or file");
    const { file_id: id, file_data: data } = record(file);
    if (type === "file" && text(data) === undefined) {
      yield refusal([...at, "file", "file_data"], id == null ? "missing" : "a file by its id", "the file itself");
    }
  }
}

function refusal(path: Path, found: string, expected: string): Violation {
  return { path, found, expected };
}
