import type { UpstreamAnswer, UpstreamRequest } from "./scripted-upstream.fixture.js";

type Block = Record<string, unknown> & { type: string };

/** A message of Anthropic's with these blocks: whole, or as a stream where that was asked for. */
export function anthropicMessage({ body }: UpstreamRequest, content: readonly Block[]): UpstreamAnswer {
  const stopReason = content.some(({ type }) => type === "tool_use") ? "tool_use" : "end_turn";
  const usage = { input_tokens: 11, output_tokens: 7, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 };
  const head = { id: "msg_scripted", type: "message", role: "assistant", model: body["model"] };
  if (body["stream"] !== true) {
    return { json: { ...head, content, stop_reason: stopReason, stop_sequence: null, usage } };
  }
  const named = (data: Block) => ({ event: data.type, data });
  const start = { ...head, content: [], stop_reason: null, stop_sequence: null, usage: { ...usage, output_tokens: 1 } };
  return {
    events: [
      named({ type: "message_start", message: start }),
      ...content.flatMap((block, index) => [
        named({ type: "content_block_start", index, content_block: emptied(block) }),
        ...deltasOf(block).map((delta) => named({ type: "content_block_delta", index, delta })),
        named({ type: "content_block_stop", index }),
      ]),
      named({ type: "message_delta", delta: { stop_reason: stopReason, stop_sequence: null }, usage }),
      named({ type: "message_stop" }),
    ],
  };
}

function emptied(block: Block): Block {
  switch (block.type) {
    case "text":
      return { ...block, text: "" };
    case "thinking":
      return { ...block, thinking: "", signature: "" };
    default:
      return { ...block, input: {} };
  }
}

function deltasOf({ type, text, thinking, signature, input }: Block): Block[] {
  switch (type) {
    case "text":
      return [{ type: "text_delta", text }];
    case "thinking":
      return [
        { type: "thinking_delta", thinking },
        { type: "signature_delta", signature },
      ];
    default:
      return [{ type: "input_json_delta", partial_json: JSON.stringify(input) }];
  }
}

/** A chat completion of OpenAI's. */
export function openAiCompletion({ body }: UpstreamRequest, message: Record<string, unknown>): UpstreamAnswer {
  const finishReason = "tool_calls" in message ? "tool_calls" : "stop";
  return {
    json: {
      id: "chatcmpl-scripted",
      object: "chat.completion",
      created: 1,
      model: body["model"],
      choices: [
        {
          index: 0,
          message: { role: "assistant", content: null, ...message },
          finish_reason: finishReason,
          logprobs: null,
        },
      ],
      usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 },
    },
  };
}

/** An answer of Gemini's. */
export function geminiContent(parts: ReadonlyArray<Record<string, unknown>>): UpstreamAnswer {
  return {
    json: {
      candidates: [{ index: 0, content: { role: "model", parts }, finishReason: "STOP" }],
      usageMetadata: { promptTokenCount: 11, candidatesTokenCount: 7, totalTokenCount: 18 },
      modelVersion: "gemini-scripted",
    },
  };
}
