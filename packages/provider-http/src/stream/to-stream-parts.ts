import type { ChatResult, StreamPart } from "@onehead/provider";

/** A whole answer as the parts of a stream, for servers that do not stream when they are asked to. */
export function toStreamParts(result: ChatResult): StreamPart[] {
  const { content, warnings, response, logprobs, ...end } = result;
  return [
    { type: "start", warnings, response },
    ...content,
    ...(logprobs === undefined ? [] : [{ type: "logprobs" as const, tokens: logprobs }]),
    { type: "finish", ...end, response, warnings: [] },
  ];
}
