import { AIMessageChunk, mergeUsageMetadata, type UsageMetadata } from "@langchain/core/messages";
import { raceWithSignal } from "@langchain/core/runnables";
import type { RoutedCall } from "@onehead/provider";
import { outcomeToJson } from "@onehead/provider";
import type { CandidateErrors } from "./candidate-errors.js";
import { type HeldStream, toChunk } from "./held-stream.js";
import { toUsage } from "./to-usage.js";

/** The pieces of the candidate that answers, and a last one with the outcome; settled when they end, break or are left. */
export async function* settlingStream(
  call: RoutedCall<HeldStream>,
  errors: CandidateErrors,
  signal = new AbortController().signal,
): AsyncGenerator<AIMessageChunk> {
  const { held, rest, cancel } = call.value;
  const broken = (error: unknown): void => {
    call.settle(undefined, errors.toProviderError(error, call.outcome.model, signal));
    cancel();
  };
  // after an abort nobody may come back, not even to end this
  const aborted = (): void => broken(signal.reason);
  signal.addEventListener("abort", aborted, { once: true });
  let usage: UsageMetadata | undefined;
  let first: AIMessageChunk | undefined;
  let over = false;
  try {
    for (let chunk = held.shift(); chunk !== undefined; chunk = held.shift() ?? (await nextOf(rest, signal))) {
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
      response_metadata: { onehead: outcomeToJson(call.outcome) },
    });
  } catch (error) {
    over = true;
    broken(error);
    throw signal.aborted ? signal.reason : errors.toOwnError(error);
  } finally {
    signal.removeEventListener("abort", aborted);
    if (!over) {
      call.settle(undefined);
      cancel();
    }
  }
}

/** Not later than an abort: a candidate that does not heed it would hold everybody up. */
async function nextOf(rest: HeldStream["rest"], signal: AbortSignal): Promise<AIMessageChunk | undefined> {
  if (rest === undefined) return undefined;
  const { done, value } = await raceWithSignal(rest.next(), signal);
  return done ? undefined : toChunk(value);
}
