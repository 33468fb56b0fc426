import { OneheadError } from "@onehead/core";
import { createOpenAI } from "@onehead/openai";
import { retryingChatModel } from "@onehead/runtime";
import type { Completion } from "@onehead/train";

export interface ChatEndpoint {
  /** Up to and without `/chat/completions`. */
  baseUrl: string;
  /** The model's name there. */
  model: string;
  apiKey?: string | undefined;
  maxTokens?: number | undefined;
  /** Of one attempt. */
  timeoutMs: number;
  /** Attempts after the first one. */
  retries: number;
  /** Wait before the first retry; it doubles. */
  firstWaitMs?: number | undefined;
}

const longestWaitMs = 60_000;

/**
 * Asks an OpenAI-compatible chat endpoint.
 *
 * @throws OneheadError "invalid-argument" for a bad address; ProviderError of a call, naming the status or what the network said,
 *   never a body or the key
 */
export function chatEndpoint(endpoint: ChatEndpoint): (prompt: string, signal: AbortSignal) => Promise<Completion> {
  const { baseUrl, apiKey, timeoutMs, retries, firstWaitMs: backOffMs = 500, maxTokens: maxOutputTokens } = endpoint;
  if (!/^https?:\/\//i.test(baseUrl)) {
    throw new OneheadError("invalid-argument", "probe: --base-url: no http or https address, such as https://host/v1");
  }
  const provider = createOpenAI({ provider: "probe", baseUrl, apiKey, timeoutMs });
  const model = retryingChatModel(provider.chatModel(endpoint.model), { retries, backOffMs, longestWaitMs });
  return async (prompt, signal) => {
    const messages = [{ role: "user" as const, content: prompt }];
    const { content, usage } = await model.generate({ messages, maxOutputTokens, signal });
    const answer = content.map((part) => (part.type === "text" ? part.text : "")).join("");
    return { answer, inputTokens: usage.inputTokens, outputTokens: usage.outputTokens };
  };
}
