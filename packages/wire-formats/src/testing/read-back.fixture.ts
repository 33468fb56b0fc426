import { type ChatResult, collectStream, type StreamPart, type Warning } from "@onehead/provider";
import type { EventReader } from "@onehead/provider-http";
import type { ServerFormat } from "../server-format.js";
import { aboutOf } from "./format-server.fixture.js";

/** What an adapter's reader makes of the events that the format writes, after a passage through JSON. */
export async function streamedBack(
  format: ServerFormat,
  parts: readonly StreamPart[],
  reader: EventReader<unknown>,
  body = {},
): Promise<ChatResult> {
  const writer = format.eventWriter(aboutOf(body));
  const events = [...parts.flatMap((part) => writer.write(part)), ...writer.end()];
  async function* read(): AsyncIterable<StreamPart> {
    for (const { data } of events) if (typeof data !== "string") yield* reader.read(JSON.parse(JSON.stringify(data)));
    yield* reader.end();
  }
  return collectStream(read());
}

/** What an adapter makes of the whole answer that the format writes. */
export function answeredBack(
  format: ServerFormat,
  result: ChatResult,
  toResult: (json: unknown, warnings: Warning[]) => ChatResult,
  body = {},
): ChatResult {
  return toResult(JSON.parse(JSON.stringify(format.answer(result, aboutOf(body)))), []);
}

/** What is compared: the rest is in the provider's words. */
export function essence({ content, finishReason, usage: { raw: _, ...usage }, logprobs }: ChatResult): object {
  const parts = content.map((part) => {
    if (part.type !== "tool-call") return part;
    const { type, id, name, arguments: json } = part;
    // proofs of calls have no place in the adapters' own interfaces
    return { type, id, name, arguments: JSON.parse(json || "{}") };
  });
  return { content: parts, finishReason, usage, logprobs };
}
