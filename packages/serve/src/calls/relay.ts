import type { ServerEvent } from "@onehead/wire-formats";
import { errorInfo } from "../http/error-info.js";
import type { AnswerStream } from "./answer-stream.js";
import { encodeEvents } from "./server-sent-events.js";

/** How a streamed answer ended. "left": nobody reads it any more. */
export type Ending = { kind: "whole" } | { kind: "broken"; error: unknown } | { kind: "left" };

export interface RelayOptions {
  requestId: string;
  /** Settles the call; what ends the answer for the client waits for it. Called once. */
  settle(ending: Ending): Promise<void>;
  /** Called when all is over: sent or left, and settled. */
  ended(): void;
  /** Reads on after the client has left; null to give the connection back at once. */
  drainMs: number | null;
}

/**
 * The body of a streamed answer. It is read as the client reads: a slow client holds the provider back, and nothing piles up here.
 * After its first content an answer is never another model's: what breaks is told as an error within the stream.
 */
export function relay(answer: AnswerStream, options: RelayOptions): ReadableStream<Uint8Array> {
  let over = false;
  const settleOnce = async (ending: Ending): Promise<void> => {
    if (over) return;
    over = true;
    await options.settle(ending);
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const ending = await nextEvents(answer).then(
          (events): Ending | ServerEvent[] => events ?? { kind: "whole" },
          (error: unknown): Ending => ({ kind: "broken", error }),
        );
        // what comes after the client has left has nowhere to go
        if (over) return;
        if (Array.isArray(ending)) {
          controller.enqueue(encodeEvents(ending));
          return;
        }
        await settleOnce(ending);
        const last = ending.kind === "broken" ? answer.fail(errorInfo(ending.error, options.requestId)) : answer.end();
        if (last.length > 0) controller.enqueue(encodeEvents(last));
        controller.close();
        options.ended();
      },
      async cancel() {
        if (options.drainMs !== null && !over) await drain(answer, options.drainMs, settleOnce);
        answer.cancel();
        await settleOnce({ kind: "left" });
        options.ended();
      },
    },
    // nothing is read ahead of the client
    { highWaterMark: 0 },
  );
}

/** Events to send: a chunk that makes none is passed over, so that each pull gives something. */
async function nextEvents(answer: AnswerStream): Promise<ServerEvent[] | null> {
  for (;;) {
    const events = await answer.next();
    if (events === null || events.length > 0) return events;
  }
}

/** Reads an answer to its end for its usage. */
export async function drain(
  answer: AnswerStream,
  drainMs: number,
  settle: (ending: Ending) => Promise<void>,
): Promise<void> {
  const timer = setTimeout(() => answer.cancel(), drainMs);
  try {
    while ((await answer.next()) !== null);
  } catch {
    // what it was billed for is known or not: how it broke interests nobody any more
  } finally {
    clearTimeout(timer);
    await settle({ kind: "left" });
  }
}
