import type { ChatRequest } from "@onehead/provider";
import { list, type Wire } from "@onehead/provider-http";
import { parseChatBody } from "../chat-completions/parse-chat-body.js";
import { assertBody, bracketPath, firstRefusal } from "../check/assert-body.js";
import {
  all,
  anyBoolean,
  type Check,
  integerFrom,
  object,
  optional,
  type Violation,
  violation,
} from "../check/check.js";
import { penaltyChecks, samplingChecks, stopCheck } from "../openai-wire/sampling-checks.js";

const prompt: Check = (value, path) => {
  const prompts = Array.isArray(value) ? value : [value];
  const fits = prompts.length > 0 && prompts.every((entry) => entry !== "" && entry != null);
  const known = typeof value === "string" || Array.isArray(value);
  return fits && known ? undefined : violation(path, value, "text that is not empty");
};

const completionBodyCheck = all(
  object({
    prompt,
    ...samplingChecks,
    ...penaltyChecks,
    max_tokens: optional(integerFrom(1)),
    n: optional(integerFrom(1, 128)),
    best_of: optional(integerFrom(1, 20)),
    seed: optional(integerFrom(Number.MIN_SAFE_INTEGER)),
    logprobs: optional(integerFrom(0, 5)),
    echo: optional(anyBoolean),
    stop: stopCheck,
    stream_options: optional(object({ include_usage: optional(anyBoolean) })),
  }),
);

/** What a completion asks that a conversation has no form for. */
export function* completionRefusals(body: Wire): Iterable<Violation> {
  const { prompt, suffix, echo, logit_bias: bias } = body;
  const prompts = list(prompt);
  if (prompts.length > 1 && prompts.every((entry) => typeof entry === "string")) {
    yield { path: ["prompt"], found: `${prompts.length} texts`, expected: "one" };
  } else if (prompts.some((entry) => typeof entry !== "string")) {
    yield { path: ["prompt"], found: "tokens", expected: "text" };
  }
  if (suffix != null && suffix !== "") yield { path: ["suffix"], found: "given", expected: "none" };
  for (const name of ["best_of", "n"]) {
    const number = body[name];
    if (typeof number === "number" && number > 1) yield { path: [name], found: String(number), expected: "1" };
  }
  if (echo === true) yield { path: ["echo"], found: "true", expected: "false" };
  if (typeof bias === "object" && bias !== null && Object.keys(bias).length > 0) {
    yield { path: ["logit_bias"], found: "given", expected: "none" };
  }
}

/** The prompt as what one user says. @throws ProviderError "invalid-argument" or "unsupported" naming the field */
export function parseCompletionRequest(body: Wire): ChatRequest {
  assertBody(completionBodyCheck, body, bracketPath);
  const refusal = firstRefusal(completionRefusals(body), bracketPath);
  if (refusal !== undefined) throw refusal;
  const content = Array.isArray(body["prompt"]) ? body["prompt"][0] : body["prompt"];
  const { logprobs, prompt: _, ...rest } = body;
  const asked = typeof logprobs === "number" ? { logprobs: true, top_logprobs: logprobs } : {};
  return parseChatBody({ ...rest, ...asked, messages: [{ role: "user", content }] });
}
