import { type AIMessageChunk, type BaseMessage, convertToChunk } from "@langchain/core/messages";
import { ProviderResponseError } from "@onehead/provider";

/** A candidate's stream that is held until its first content. */
export interface HeldStream {
  held: AIMessageChunk[];
  /** What follows; undefined where it has ended already. */
  rest: AsyncIterator<BaseMessage> | undefined;
  /** Ends the request behind it; never throws. */
  cancel(): void;
}

/**
 * Reads up to the first content: text, reasoning, a tool call. An answer without any is one only if it says that it is over.
 *
 * @throws what the stream throws; ProviderResponseError for an empty one
 */
export async function holdStream(
  open: (signal: AbortSignal) => Promise<AsyncIterable<BaseMessage>>,
  signal: AbortSignal,
): Promise<HeldStream> {
  const left = new AbortController();
  const stream = await open(AbortSignal.any([signal, left.signal]));
  const iterator = stream[Symbol.asyncIterator]();
  const cancel = (): void => {
    left.abort();
    // not waited for: a generator that waits for its next chunk ends only after it
    iterator.return?.()?.catch(() => {});
  };
  const held: AIMessageChunk[] = [];
  try {
    for (;;) {
      const { done, value } = await iterator.next();
      // nobody waits for it any more
      signal.throwIfAborted();
      if (done) {
        if (held.some(isOver)) return { held, rest: undefined, cancel };
        throw new ProviderResponseError("stream: ended without an answer");
      }
      const chunk = toChunk(value);
      held.push(chunk);
      if (hasContent(chunk)) return { held, rest: iterator, cancel };
    }
  } catch (error) {
    cancel();
    throw error;
  }
}

/** A piece of the answer; models that do not stream give all of it at once, as a whole message. */
export function toChunk(message: BaseMessage): AIMessageChunk {
  // by what it has: of another copy of the library it would be no instance
  if ("concat" in message && typeof message.concat === "function") return message as AIMessageChunk;
  return convertToChunk(message) as AIMessageChunk;
}

/** Whether a piece shows the user something of the answer. */
function hasContent({ content, tool_call_chunks: calls, additional_kwargs: other }: AIMessageChunk): boolean {
  if ((calls?.length ?? 0) > 0) return true;
  // where providers put what has no place in the content: reasoning, sound, calls of the oldest form
  if (Object.values(other ?? {}).some((value) => value !== "" && value !== undefined && value !== null)) return true;
  if (typeof content === "string") return content !== "";
  return content.some((block) => {
    const { type, text, thinking, reasoning } = block as { [name: string]: unknown };
    const words = [text, thinking, reasoning].filter((value) => typeof value === "string");
    // a block without words of its kind is a picture, a call of a tool of the provider, or the like
    return words.length > 0
      ? words.some((word) => word !== "")
      : !["text", "thinking", "reasoning"].includes(String(type));
  });
}

/** Whether a piece says that the answer has ended, or what it was billed for. */
function isOver({ usage_metadata: usage, response_metadata: metadata }: AIMessageChunk): boolean {
  const { finish_reason, finishReason, stop_reason, stopReason, done_reason } = metadata ?? {};
  return (
    usage !== undefined || [finish_reason, finishReason, stop_reason, stopReason, done_reason].some((reason) => reason)
  );
}
