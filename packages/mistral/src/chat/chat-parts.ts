import { type FinishReason, ProviderResponseError, type ReasoningDelta } from "@onehead/provider";
import { list, record, text, type Wire } from "@onehead/provider-http";

/** @param calls whether the answer holds tool calls */
export function finishReasonOf(raw: string | undefined, calls: boolean): FinishReason {
  switch (raw) {
    case "stop":
      return calls ? "tool-calls" : "stop";
    case "length":
    case "model_length":
      return "length";
    case "tool_calls":
      return "tool-calls";
    default:
      return "other";
  }
}

/** @throws ProviderResponseError for an answer that ends with an error */
export function assertNoError(where: string, raw: string | undefined): void {
  if (raw === "error") throw new ProviderResponseError(`${where}: finish_reason error`, { reason: "error" });
}

/** Parts of a message or delta: plain text, or a list in which reasoning stands before the text. References are left out. */
export function* partsOf(content: unknown): Generator<{ type: "text"; text: string } | ReasoningDelta> {
  if (typeof content === "string") {
    if (content !== "") yield { type: "text", text: content };
    return;
  }
  for (const chunk of list(content).map(record)) {
    if (chunk["type"] === "thinking") yield* thinkingOf(chunk);
    else if (chunk["type"] === "text") yield* partsOf(chunk["text"]);
  }
}

function* thinkingOf(chunk: Wire): Generator<ReasoningDelta> {
  const { thinking, signature } = chunk;
  const pieces = list(thinking).map((piece) => text(record(piece)["text"]) ?? "");
  const thought = typeof thinking === "string" ? thinking : pieces.join("");
  const proof = text(signature);
  if (thought !== "" || proof) yield { type: "reasoning", text: thought, ...(proof ? { signature: proof } : {}) };
}

/** The id of a tool call; the official client writes "null" where there is none. */
export function callId({ id }: Wire): string | undefined {
  return typeof id === "string" && id !== "" && id !== "null" ? id : undefined;
}

/** Arguments as text, whichever of the two forms they have. */
export function argumentsOf(call: Wire): string {
  const json = record(call["function"])["arguments"];
  return typeof json === "object" && json !== null ? JSON.stringify(json) : (text(json) ?? "");
}
