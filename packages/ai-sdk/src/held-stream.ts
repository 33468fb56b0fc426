import {
  outcomeToJson,
  type ProviderError,
  ProviderResponseError,
  type RoutedCall,
  type Usage,
} from "@onehead/provider";
import { type Fields, isFields } from "./language-model.js";
import type { SdkErrors } from "./sdk-errors.js";
import { toUsage } from "./to-usage.js";

/** Parts that may be shown before it is known whether the model answers at all. */
const beforeContent = new Set(["stream-start", "response-metadata", "text-start", "reasoning-start", "raw"]);

/** A model's stream that is held until its first content. */
export interface HeldStream {
  /** What `doStream` gave beside the stream. */
  result: Fields;
  held: unknown[];
  reader: ReadableStreamDefaultReader<unknown>;
}

/** Reads up to the first content. @throws what an `error` part before it carries; ProviderResponseError for an empty stream */
export async function holdStream(result: { stream: ReadableStream<unknown> }): Promise<HeldStream> {
  const { stream, ...rest } = result;
  const reader = stream.getReader();
  const held: unknown[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) throw new ProviderResponseError("stream: ended without an answer");
      const type = isFields(value) ? String(value["type"]) : "";
      if (type === "error") throw isFields(value) ? value["error"] : value;
      held.push(value);
      const empty = (type === "text-delta" || type === "reasoning-delta") && isFields(value) && value["delta"] === "";
      if (!beforeContent.has(type) && !empty) return { result: rest, held, reader };
    }
  } catch (error) {
    reader.cancel().catch(() => {});
    throw error;
  }
}

/**
 * The parts of the model that answers, with the outcome on the `finish` part; settled when they end, break, are aborted or left.
 *
 * @param signal the caller's own: an abort is no failure of the model's
 */
export function settlingStream(
  call: RoutedCall<HeldStream>,
  errors: SdkErrors,
  signal = new AbortController().signal,
): ReadableStream<unknown> {
  const { held, reader } = call.value;
  const settle = (usage: Usage | undefined, error?: ProviderError): void => {
    signal.removeEventListener("abort", aborted);
    call.settle(usage, error);
  };
  const broken = (error: unknown): void => settle(undefined, errors.toProviderError(error, call.outcome.model, signal));
  // after an abort nobody may come back, not even to end this
  const aborted = (): void => broken(signal.reason);
  const pass = (value: unknown): unknown => {
    if (!isFields(value)) return value;
    if (value["type"] === "error") {
      broken(value["error"]);
      return { ...value, error: errors.toSdkError(value["error"]) };
    }
    if (value["type"] !== "finish") return value;
    settle(toUsage(value["usage"]));
    const metadata = isFields(value["providerMetadata"]) ? value["providerMetadata"] : {};
    return { ...value, providerMetadata: { ...metadata, onehead: outcomeToJson(call.outcome) } };
  };
  if (signal.aborted) aborted();
  else signal.addEventListener("abort", aborted, { once: true });
  return new ReadableStream<unknown>({
    async pull(controller) {
      if (held.length > 0) {
        controller.enqueue(pass(held.shift()));
        return;
      }
      try {
        const { done, value } = await reader.read();
        if (!done) {
          controller.enqueue(pass(value));
          return;
        }
        settle(undefined);
        controller.close();
      } catch (error) {
        broken(error);
        controller.error(error);
      }
    },
    async cancel(reason) {
      settle(undefined);
      await reader.cancel(reason);
    },
  });
}
