import { isRecord, list, record, text, type Wire } from "@onehead/provider-http";
import { type Path, recordsOf, shownName, type Violation } from "../check/check.js";

/** What only OpenAI holds. */
const heldFields = ["previous_response_id", "conversation", "prompt", "moderation"];

/** What a response asks that has no other form. */
export function* responsesRefusals(body: Wire): Iterable<Violation> {
  for (const name of heldFields) if (body[name] != null) yield refusal([name], "given", "none");
  if (body["background"] === true) yield refusal(["background"], "true", "false");
  const { top_logprobs: logprobs, tool_choice: choice } = body;
  if (typeof logprobs === "number" && logprobs > 0) yield refusal(["top_logprobs"], String(logprobs), "none");
  const included = list(body["include"]).indexOf("message.output_text.logprobs");
  if (included >= 0) yield refusal(["include", included], "message.output_text.logprobs", "none");
  for (const [i, { type }] of recordsOf(body["tools"])) {
    if (type !== "function") yield refusal(["tools", i, "type"], shownName(type), "function");
  }
  if (isRecord(choice) && choice["type"] !== "function") {
    yield refusal(["tool_choice", "type"], shownName(choice["type"]), "function");
  }
  for (const [i, item] of recordsOf(body["input"])) yield* itemRefusals(item, ["input", i]);
}

const items = ["message", "function_call", "function_call_output", "reasoning"];

function* itemRefusals(item: Wire, path: Path): Iterable<Violation> {
  const { type = "message", content, output } = item;
  if (type !== null && !items.includes(type as string)) {
    yield refusal([...path, "type"], shownName(type), `one of ${items.join(", ")}`);
  }
  for (const [i, part] of recordsOf(content)) yield* partRefusals(part, [...path, "content", i], false);
  for (const [i, part] of recordsOf(output)) yield* partRefusals(part, [...path, "output", i], true);
}

function* partRefusals(part: Wire, path: Path, inResult: boolean): Iterable<Violation> {
  const { type, image_url: image, file_url: url, file_data: data } = part;
  if (type === "input_audio") yield refusal([...path, "type"], type, "input_text, input_image or input_file");
  if (type === "input_image" && text(image) === undefined) yield byId([...path, "image_url"], part);
  if (type !== "input_file") return;
  if (inResult) yield refusal([...path, "type"], "input_file", "input_text or input_image");
  if (text(url) === undefined && text(data) === undefined) yield byId([...path, "file_data"], part);
}

function byId(path: Path, part: Wire): Violation {
  return refusal(path, record(part)["file_id"] == null ? "missing" : "a file by its id", "the file itself");
}

function refusal(path: Path, found: string, expected: string): Violation {
  return { path, found, expected };
}
