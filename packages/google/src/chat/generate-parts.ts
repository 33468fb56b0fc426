import {
  type FinishReason,
  ProviderResponseError,
  type ResponseInfo,
  type StreamPart,
  type TokenLogprob,
  type Warning,
} from "@onehead/provider";
import { isRecord, list, record, ToolCalls, text, type Wire } from "@onehead/provider-http";

/** Reads the parts of one answer, whole or as they come. */
export class PartReader {
  readonly #warnings: Warning[];
  readonly #calls = new ToolCalls();
  readonly #leftOut = new Set<string>();
  #started = 0;

  /** @param warnings where those that arise are put */
  constructor(warnings: Warning[]) {
    this.#warnings = warnings;
  }

  /** Whether the answer holds tool calls: its finish reason does not say. */
  get hasCalls(): boolean {
    return this.#calls.finished > 0;
  }

  /** @throws ProviderResponseError for a tool call that is not whole */
  *read(part: Wire): Iterable<StreamPart> {
    const signature = text(part["thoughtSignature"]) || undefined;
    if (isRecord(part["functionCall"])) {
      yield* this.#readCall(part["functionCall"], signature);
      return;
    }
    const kind = Object.keys(part).find((name) => leftOutKinds.has(name));
    if (kind !== undefined) {
      this.#leaveOut(kind);
      return;
    }
    const words = text(part["text"]) ?? "";
    if (part["thought"] === true) {
      if (words !== "" || signature !== undefined) {
        yield { type: "reasoning", text: words, ...(signature === undefined ? {} : { signature }) };
      }
      return;
    }
    if (words !== "") yield { type: "text", text: words };
    // text has no place for a signature, so it follows as reasoning of no words
    if (signature !== undefined) yield { type: "reasoning", text: "", signature };
  }

  *#readCall(call: Wire, signature: string | undefined): Iterable<StreamPart> {
    if (call["willContinue"] || call["partialArgs"] !== undefined) {
      throw new ProviderResponseError("functionCall: arguments in pieces, expected them whole");
    }
    const key = this.#started++;
    yield* this.#calls.start(key, text(call["id"]), text(call["name"]) ?? "", signature);
    yield* this.#calls.append(key, JSON.stringify(call["args"] ?? {}));
    yield* this.#calls.end(key);
  }

  #leaveOut(kind: string): void {
    if (this.#leftOut.has(kind)) return;
    this.#leftOut.add(kind);
    const message = `the answer holds ${kind}, which has no place in a result; it is left out`;
    this.#warnings.push({ field: "providerOptions", message });
  }
}

/** Parts that only options of the caller's own bring about: images, code that Google runs, tools of its own. */
const leftOutKinds = new Set([
  "inlineData",
  "fileData",
  "executableCode",
  "codeExecutionResult",
  "toolCall",
  "toolResponse",
]);

const filtered = new Set([
  "SAFETY",
  "RECITATION",
  "BLOCKLIST",
  "PROHIBITED_CONTENT",
  "SPII",
  "MODEL_ARMOR",
  "IMAGE_SAFETY",
  "IMAGE_PROHIBITED_CONTENT",
  "IMAGE_RECITATION",
]);

/** The model wrote something that is no call of a tool, or no answer at all. */
const broken = new Set([
  "MALFORMED_FUNCTION_CALL",
  "UNEXPECTED_TOOL_CALL",
  "MALFORMED_RESPONSE",
  "MISSING_THOUGHT_SIGNATURE",
]);

/** @throws ProviderResponseError when the answer ended because it was none */
export function assertNotBroken(finishReason: string | undefined): void {
  if (finishReason === undefined || !broken.has(finishReason)) return;
  throw new ProviderResponseError(`finishReason: ${finishReason}, expected an answer`, { reason: finishReason });
}

export function finishReasonOf(raw: string | undefined, hasCalls: boolean): FinishReason {
  if (raw === "MAX_TOKENS") return "length";
  if (raw !== undefined && filtered.has(raw)) return "content-filter";
  if (hasCalls) return "tool-calls";
  return raw === "STOP" ? "stop" : "other";
}

/** The candidate that is the answer: others are there only where the caller's own options ask for several. */
export function candidateOf(answer: Wire): Wire | undefined {
  return list(answer["candidates"])
    .filter(isRecord)
    .find(({ index = 0 }) => index === 0);
}

export function partsOf(candidate: Wire): Wire[] {
  return list(record(candidate["content"])["parts"]).filter(isRecord);
}

/** Why the prompt was not answered at all. */
export function blockReasonOf(answer: Wire): string | undefined {
  return text(record(answer["promptFeedback"])["blockReason"]);
}

export function infoOf(answer: Wire): ResponseInfo {
  return { id: text(answer["responseId"]), model: text(answer["modelVersion"]) };
}

export function logprobsOf(candidate: Wire): TokenLogprob[] {
  const { chosenCandidates, topCandidates } = record(candidate["logprobsResult"]);
  const top = list(topCandidates).map((step) => list(record(step)["candidates"]).filter(isRecord).map(tokenOf));
  return list(chosenCandidates).map((chosen, i) => ({ ...tokenOf(record(chosen)), top: top[i] ?? [] }));
}

function tokenOf({ token, logProbability }: Wire): { token: string; logprob: number } {
  return { token: text(token) ?? "", logprob: typeof logProbability === "number" ? logProbability : Number.NaN };
}
