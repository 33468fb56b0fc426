import { AIMessageChunk, mergeUsageMetadata, type UsageMetadata } from "@langchain/core/messages";
import type { RoutedCall } from "@onehead/provider";
import type { CandidateErrors } from "./candidate-errors.js";
import { type HeldStream, toChunk } from "./held-stream.js";
import { outcomeMetadata } from "./outcome-metadata.js";
import { toUsage } from "./to-usage.js";

/** The pieces of the candidate that answers, and a last one with the outcome; settled when they end, break or are left. */
export async function* settlingStream(
  call: RoutedCall<HeldStream>,
  errors: CandidateErrors,
  signal = new AbortController().signal,
): AsyncGenerator<AIMessageChunk> {
  const { held, rest, cancel } = call.value;
  const failureOf = (error: unknown) => errors.toProviderError(error, call.outcome.model, signal);
  let usage: UsageMetadata | undefined;
  let first: AIMessageChunk | undefined;
  let over = false;
  try {
    for (let chunk = held.shift(); chunk !== undefined; chunk = held.shift() ?? (await nextOf(rest))) {
      first ??= chunk;
      if (chunk.usage_metadata !== undefined) usage = mergeUsageMetadata(usage, chunk.usage_metadata);
      yield chunk;
    }
    over = true;
    call.settle(toUsage(usage));
    yield new AIMessageChunk({
      // of the kind of the others: an empty text would be one more block of a content of blocks
      content: Array.isArray(first?.content) ? [] : "",
      id: first?.id,
      response_metadata: { onehead: outcomeMetadata(call.outcome) },
    });
  } catch (error) {
    over = true;
    call.settle(undefined, failureOf(error));
    cancel();
    throw signal.aborted ? signal.reason : errors.toOwnError(error);
  } finally {
    if (!over) {
      call.settle(undefined, signal.aborted ? failureOf(signal.reason) : undefined);
      cancel();
    }
  }
}

async function nextOf(rest: HeldStream["rest"]): Promise<AIMessageChunk | undefined> {
  const next = await rest?.next();
  return next === undefined || next.done ? undefined : toChunk(next.value);
}
