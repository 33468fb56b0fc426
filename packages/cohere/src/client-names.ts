import { isRecord } from "@onehead/provider-http";

// fields of a request that the official client has in its own spelling; all others it passes on as they are
const spelled = new Set([
  "citation_options",
  "embedding_types",
  "frequency_penalty",
  "image_url",
  "input_type",
  "json_schema",
  "max_tokens",
  "output_dimension",
  "presence_penalty",
  "response_format",
  "safety_mode",
  "stop_sequences",
  "strict_tools",
  "token_budget",
  "tool_call_id",
  "tool_calls",
  "tool_choice",
  "tool_plan",
]);

// what stands below these is the caller's, whatever its names
const foreign = new Set(["parameters", "json_schema", "data", "texts"]);

/** A body with the names that the client has for them: `max_tokens` is `maxTokens` there. */
export function toClientRequest(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(toClientRequest);
  if (!isRecord(body)) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      spelled.has(name) ? name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()) : name,
      foreign.has(name) ? value : toClientRequest(value),
    ]),
  );
}

/** An answer or event of the client with the names of the wire. */
export function fromClientAnswer(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(fromClientAnswer);
  if (!isRecord(answer)) return answer;
  return Object.fromEntries(
    Object.entries(answer).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      // vectors are long
      name === "float" ? value : fromClientAnswer(value),
    ]),
  );
}
