import type { Preference } from "../decision/preference.js";
import { GatewayError, messageIn } from "./gateway-error.js";
import { readEvents } from "./read-events.js";
import { request } from "./request.js";

/** What the headers say before the first word. */
export interface AnswerHead {
  model: string | null;
  decisionId: string | null;
  predictedCostUsd: number | null;
}

export interface AnswerUsage {
  inputTokens: number | null;
  outputTokens: number | null;
}

interface ChatChunk {
  choices?: Array<{ delta?: { content?: string | null; refusal?: string | null } }>;
  usage?: { prompt_tokens?: number; completion_tokens?: number } | null;
}

/**
 * Sends one prompt to be routed and answered, and hands on its text as it comes.
 *
 * @throws GatewayError, also for an error that comes within the stream; an abort is thrown as it is
 */
export async function streamChat(
  prompt: string,
  preference: Preference,
  signal: AbortSignal,
  on: { head: (head: AnswerHead) => void; text: (text: string) => void },
): Promise<AnswerUsage | null> {
  const response = await request("v1/chat/completions", {
    body: {
      model: "auto",
      messages: [{ role: "user", content: prompt }],
      stream: true,
      stream_options: { include_usage: true },
      router: preference,
    },
    signal,
  });
  const cost = response.headers.get("x-onehead-predicted-cost-usd");
  on.head({
    model: response.headers.get("x-onehead-model"),
    decisionId: response.headers.get("x-onehead-decision-id"),
    predictedCostUsd: cost === null || Number.isNaN(Number(cost)) ? null : Number(cost),
  });
  if (response.body === null) throw new GatewayError("The answer has no body.", response.status);

  let usage: AnswerUsage | null = null;
  for await (const data of readEvents(response.body)) {
    let chunk: ChatChunk;
    try {
      chunk = JSON.parse(data) as ChatChunk;
    } catch {
      throw new GatewayError("The stream broke: an event is not JSON.", response.status);
    }
    const failure = messageIn(chunk);
    if (failure !== null) throw new GatewayError(failure, response.status);
    const delta = chunk.choices?.[0]?.delta;
    const text = delta?.content ?? delta?.refusal;
    if (text) on.text(text);
    if (chunk.usage) {
      usage = {
        inputTokens: chunk.usage.prompt_tokens ?? null,
        outputTokens: chunk.usage.completion_tokens ?? null,
      };
    }
  }
  return usage;
}
