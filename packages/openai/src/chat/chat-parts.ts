import { type FinishReason, ProviderResponseError, type ResponseInfo, type TokenLogprob } from "@onehead/provider";
import { isRecord, list, readErrorBody, record, text, type Wire } from "@onehead/provider-http";

/** @throws ProviderResponseError for an error where an answer or event should be: some servers send it with status 200 */
export function assertNoError(where: string, answer: Wire): void {
  if (!answer["error"]) return;
  const { reason } = readErrorBody(answer);
  throw new ProviderResponseError(`${where}: an error${reason === undefined ? "" : `: ${reason}`}`, { reason });
}

/** The names of an answer, of whichever interface. */
export function infoOf(answer: Wire): ResponseInfo {
  return { id: text(answer["id"]), model: text(answer["model"]) };
}

/** @param calls whether the answer holds tool calls: some servers say "stop" all the same */
export function finishReasonOf(raw: string | undefined, calls: boolean): FinishReason {
  switch (raw) {
    case "stop":
    case "eos": // Together
      return calls ? "tool-calls" : "stop";
    case "length":
      return "length";
    case "tool_calls":
    case "function_call":
      return "tool-calls";
    case "content_filter":
      return "content-filter";
    default:
      return "other";
  }
}

/** Text of a message or delta: plain, or a list of parts as Mistral's reasoning models give it. */
export function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return list(content)
    .map((part) => text(record(part)["text"]) ?? "")
    .join("");
}

/** Reasoning beside the answer: DeepSeek and vLLM call it reasoning_content, OpenRouter and newer vLLM reasoning. */
export function reasoningOf(message: Wire): string {
  return text(message["reasoning_content"]) || text(message["reasoning"]) || "";
}

export function logprobsOf(choice: Wire): TokenLogprob[] {
  return list(record(choice["logprobs"])["content"])
    .filter(isRecord)
    .map((entry) => ({ ...tokenOf(entry), top: list(entry["top_logprobs"]).filter(isRecord).map(tokenOf) }));
}

function tokenOf(entry: Wire): { token: string; logprob: number } {
  const { token, logprob } = entry;
  return { token: text(token) ?? "", logprob: typeof logprob === "number" ? logprob : Number.NaN };
}
