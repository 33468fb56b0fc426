import { setTimeout as sleep } from "node:timers/promises";
import { OneheadError } from "@onehead/core";
import type { Completion } from "@onehead/train";
import { z } from "zod";

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
/** More than any answer is long, with its JSON. */
const mostBytes = 32 * 1024 * 1024;
const tokens = z.number().nonnegative().optional();
const response = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string().nullable() }) })).min(1),
  usage: z.object({ prompt_tokens: tokens, completion_tokens: tokens }).nullish(),
});

/**
 * Asks an OpenAI-compatible chat endpoint, over plain fetch.
 *
 * Tried again after a lost connection, a time-out, and the statuses 408, 429 and 5xx, with doubling waits or as long as
 * `Retry-After` says; not after a redirect, which the key must not follow.
 *
 * @throws OneheadError "io" naming the status or what the network said, never a body or the key
 */
export function chatEndpoint(endpoint: ChatEndpoint): (prompt: string, signal: AbortSignal) => Promise<Completion> {
  const url = completionsUrl(endpoint.baseUrl);
  return async (prompt, signal) => {
    let waitMs = endpoint.firstWaitMs ?? 500;
    for (let attempt = 0; ; attempt++) {
      const outcome = await ask(url, endpoint, prompt, signal);
      if ("answer" in outcome) return outcome;
      signal.throwIfAborted();
      if (!outcome.again || attempt >= endpoint.retries) {
        throw new OneheadError("io", `probe: ${url.host}: ${outcome.reason}, after ${attempt + 1} attempts`);
      }
      await sleep(Math.min(longestWaitMs, outcome.waitMs ?? waitMs), undefined, { signal });
      waitMs *= 2;
    }
  };
}

function completionsUrl(baseUrl: string): URL {
  try {
    const url = new URL(`${baseUrl.replace(/\/+$/, "")}/chat/completions`);
    if (url.protocol === "http:" || url.protocol === "https:") return url;
  } catch {
    // said below, for both
  }
  throw new OneheadError("invalid-argument", "probe: --base-url: no http or https address, such as https://host/v1");
}

interface Failure {
  reason: string;
  again: boolean;
  waitMs?: number;
}

async function ask(
  url: URL,
  endpoint: ChatEndpoint,
  prompt: string,
  outer: AbortSignal,
): Promise<Completion | Failure> {
  const { model, apiKey, maxTokens, timeoutMs } = endpoint;
  // a timer of its own: signals that are only made for a request may be collected before they fire
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  outer.addEventListener("abort", stop, { once: true });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, timeoutMs);
  if (outer.aborted) stop();
  try {
    const reply = await fetch(url, {
      method: "POST",
      redirect: "error",
      headers: {
        "content-type": "application/json",
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify({
        model,
        messages: [{ role: "user", content: prompt }],
        ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
      }),
      signal: controller.signal,
    });
    if (!reply.ok) {
      await reply.body?.cancel();
      const again = reply.status === 408 || reply.status === 429 || reply.status >= 500;
      return { reason: `HTTP ${reply.status}`, again, ...retryAfter(reply.headers.get("retry-after")) };
    }
    const text = await readBody(reply);
    if (text === null) return { reason: `more than ${mostBytes} bytes`, again: false };
    const parsed = response.safeParse(JSON.parse(text));
    if (!parsed.success) return { reason: "the answer is no chat completion", again: false };
    const { choices, usage } = parsed.data;
    return {
      answer: choices[0].message.content ?? "",
      inputTokens: usage?.prompt_tokens,
      outputTokens: usage?.completion_tokens,
    };
  } catch (error) {
    if (timedOut) return { reason: `no answer within ${timeoutMs} ms`, again: true };
    const code = (error as { cause?: { code?: unknown } }).cause?.code;
    const known =
      typeof code === "string" ? code : error instanceof SyntaxError ? "the answer is no JSON" : "no connection";
    return { reason: known, again: !(error instanceof SyntaxError) };
  } finally {
    clearTimeout(timer);
    outer.removeEventListener("abort", stop);
  }
}

/** @returns null where it is longer than any answer; the rest is then not waited for */
async function readBody({ body }: Response): Promise<string | null> {
  if (body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const part of body) {
    bytes += part.byteLength;
    if (bytes > mostBytes) return null;
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
}

/** Seconds, or a date. */
function retryAfter(header: string | null): { waitMs?: number } {
  if (header === null) return {};
  const seconds = Number(header);
  const waitMs = Number.isFinite(seconds) ? 1000 * seconds : Date.parse(header) - Date.now();
  return Number.isNaN(waitMs) ? {} : { waitMs: Math.max(0, waitMs) };
}
