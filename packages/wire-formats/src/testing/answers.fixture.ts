import {
  type AssistantPart,
  appendPart,
  type ChatResult,
  type FinishReason,
  type StreamPart,
  type Usage,
} from "@onehead/provider";
import fc from "fast-check";

const usage: Usage = {
  inputTokens: 100,
  cachedInputTokens: 40,
  cacheWriteTokens: 10,
  outputTokens: 50,
  reasoningTokens: 20,
};

/** An answer with all that an answer can have, and two calls at once. */
export const richContent: AssistantPart[] = [
  { type: "reasoning", text: "Let me see.", signature: "google:abc=" },
  { type: "text", text: "I look 👀." },
  { type: "tool-call", id: "call_1", name: "weather", arguments: '{"city":"Oslo"}' },
  { type: "tool-call", id: "call_2", name: "time", arguments: '{"zone":"CET"}', signature: "google:def=" },
];

export function resultOf(content: AssistantPart[], finishReason: FinishReason = "stop"): ChatResult {
  return { content, finishReason, usage, warnings: [], response: { id: "r", model: "m" } };
}

/** The parts of a stream that gives the result, each text in pieces of a length. */
export function partsOf(result: ChatResult, length = 4): StreamPart[] {
  return inParts(result, (text) => text.match(new RegExp(`[^]{1,${length}}`, "g")) ?? []);
}

/** @param mixed whether calls that follow each other come side by side, and are told to be whole once all of them are */
function inParts(result: ChatResult, cut: (text: string) => string[], mixed = false): StreamPart[] {
  const { content, warnings, response, logprobs, ...end } = result;
  const groups: StreamPart[][][] = [];
  for (const [i, part] of content.entries()) {
    const own = pieces(part, cut);
    const goesOn = mixed && part.type === "tool-call" && content[i - 1]?.type === "tool-call";
    if (goesOn) groups.at(-1)?.push(own);
    else groups.push([own]);
  }
  return [
    { type: "start", warnings, response },
    ...groups.flatMap(sideBySide),
    ...(logprobs === undefined ? [] : [{ type: "logprobs" as const, tokens: logprobs }]),
    { type: "finish", ...end, response, warnings: [] },
  ];
}

function sideBySide(group: StreamPart[][]): StreamPart[] {
  if (group.length === 1) return group[0];
  const rows = Math.max(...group.map(({ length }) => length));
  const running = Array.from({ length: rows }, (_, row) => group.flatMap((parts) => parts.slice(row, row + 1))).flat();
  return [
    ...running.filter(({ type }) => type !== "tool-call"),
    ...group.flat().filter(({ type }) => type === "tool-call"),
  ];
}

function pieces(part: AssistantPart, cut: (text: string) => string[]): StreamPart[] {
  switch (part.type) {
    case "text":
      return cut(part.text).map((text) => ({ type: "text", text }));
    case "reasoning": {
      if (part.redacted) return [part];
      const said: StreamPart[] = cut(part.text).map((text) => ({ type: "reasoning", text }));
      const { signature } = part;
      return signature === undefined ? said : [...said, { type: "reasoning", text: "", signature }];
    }
    case "tool-call": {
      const { id, name } = part;
      const deltas = cut(part.arguments).map((argumentsDelta) => ({
        type: "tool-call-delta" as const,
        id,
        argumentsDelta,
      }));
      return [{ type: "tool-call-start", id, name }, ...deltas, part];
    }
  }
}

const words = fc.string({ minLength: 1, maxLength: 12, unit: "binary" });
const signature = fc.stringMatching(/^google:[A-Za-z0-9+/]{1,8}$/);
const anyPart: fc.Arbitrary<AssistantPart> = fc.oneof(
  fc.record({ type: fc.constant("text" as const), text: words }),
  fc.record({ type: fc.constant("reasoning" as const), text: words }),
  fc.record({ type: fc.constant("reasoning" as const), text: fc.string({ maxLength: 5 }), signature }),
  fc.record({
    type: fc.constant("reasoning" as const),
    text: fc.constant(""),
    signature,
    redacted: fc.constant(true),
  }),
  fc.record(
    {
      type: fc.constant("tool-call" as const),
      id: fc.uuid().map((id) => `call_${id}`),
      name: fc.stringMatching(/^[a-z_]{1,8}$/),
      arguments: fc
        .dictionary(fc.stringMatching(/^[a-z]{1,4}$/), fc.jsonValue({ maxDepth: 1 }))
        .map((value) => JSON.stringify(JSON.parse(JSON.stringify(value)))),
      signature,
    },
    { requiredKeys: ["type", "id", "name", "arguments"] },
  ),
);

const counts = fc.record({
  rest: fc.nat(1000),
  cachedInputTokens: fc.nat(1000),
  cacheWriteTokens: fc.nat(1000),
  spoken: fc.nat(1000),
  reasoningTokens: fc.nat(1000),
});

/** Any answer, as a provider would give it. */
export const anyResult: fc.Arbitrary<ChatResult> = fc
  .record({
    parts: fc.array(anyPart, { maxLength: 6 }),
    ending: fc.constantFrom("stop", "length", "content-filter", "other"),
    counts,
  })
  .map(({ parts, ending, counts: { rest, spoken, ...known } }) => {
    const content: AssistantPart[] = [];
    // the parts of calls are told apart by their ids
    for (const [i, part] of parts.entries()) {
      appendPart(content, part.type === "tool-call" ? { ...part, id: `${part.id}_${i}` } : part);
    }
    const calls = content.some(({ type }) => type === "tool-call");
    const inputTokens = rest + known.cachedInputTokens + known.cacheWriteTokens;
    return {
      content,
      finishReason: calls && ending === "stop" ? "tool-calls" : (ending as FinishReason),
      usage: { ...known, inputTokens, outputTokens: spoken + known.reasoningTokens },
      warnings: [],
      response: { id: "r", model: "m" },
    };
  });

/** Any answer, and a stream that gives it in pieces of any length. */
export const anyStream = fc
  .tuple(anyResult, fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 10 }), fc.boolean())
  .map(([result, lengths, mixed]) => {
    let turn = 0;
    const cut = (text: string): string[] => {
      const found: string[] = [];
      for (let at = 0; at < text.length; ) {
        const length = lengths[turn++ % lengths.length];
        found.push(text.slice(at, at + length));
        at += length;
      }
      return found;
    };
    return { result, parts: inParts(result, cut, mixed) };
  });
