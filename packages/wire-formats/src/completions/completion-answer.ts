import type { ChatResult, FinishReason, JsonObject, TokenLogprob } from "@onehead/provider";
import { completionUsage } from "../openai-wire/completion-usage.js";
import type { AnswerInfo } from "../server-format.js";

/** The body of a completion: the text of the answer, which is all that the interface has. */
export function completionAnswer(result: ChatResult, about: AnswerInfo): JsonObject {
  const text = result.content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("");
  const usage = completionUsage(result.usage);
  const choice = completionChoice(text, completionFinishReason(result.finishReason), result.logprobs, 0);
  return { ...completionHead(about), choices: [choice], ...(usage === undefined ? {} : { usage }) };
}

/** What the answer and each chunk of it begin with. */
export function completionHead({ id, createdMs, model }: AnswerInfo): JsonObject {
  return { id: `cmpl-${id}`, object: "text_completion", created: Math.floor(createdMs / 1000), model };
}

export function completionFinishReason(reason: FinishReason): string {
  if (reason === "length") return "length";
  return reason === "content-filter" ? "content_filter" : "stop";
}

/** @param offset of the first token in the whole text */
export function completionChoice(
  text: string,
  finishReason: string | null,
  tokens: readonly TokenLogprob[] | undefined,
  offset: number,
): JsonObject {
  return {
    text,
    index: 0,
    logprobs: tokens === undefined ? null : logprobsOf(tokens, offset),
    finish_reason: finishReason,
  };
}

function logprobsOf(tokens: readonly TokenLogprob[], offset: number): JsonObject {
  const offsets: number[] = [];
  let at = offset;
  for (const { token } of tokens) {
    offsets.push(at);
    at += token.length;
  }
  return {
    tokens: tokens.map(({ token }) => token),
    token_logprobs: tokens.map(({ logprob }) => logprob),
    top_logprobs: tokens.map(({ top }) => Object.fromEntries(top.map(({ token, logprob }) => [token, logprob]))),
    text_offset: offsets,
  };
}
